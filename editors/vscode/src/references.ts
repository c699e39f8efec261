// The command of the server's code lenses: who imports what a line requires.

import * as vscode from "vscode";

/** Its name, which the client tells the server. Its arguments are a URI and a position of the protocol. */
export const SHOW_REFERENCES = "pinlens.showReferences";

/** Shows the references of a place in the editor's own view of them. */
export async function showReferences(uri: string, at: { readonly line: number; readonly character: number }): Promise<void> {
  const document = vscode.Uri.parse(uri);
  const position = new vscode.Position(at.line, at.character);
  const found = await vscode.commands.executeCommand<vscode.Location[]>("vscode.executeReferenceProvider", document, position);
  await vscode.commands.executeCommand("editor.action.showReferences", document, position, found);
}
