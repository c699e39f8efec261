// All safe fixes of the workspace at once. They are the server's; the files are edited in the editor, and none is saved.

import * as vscode from "vscode";

const KIND = vscode.CodeActionKind.SourceFixAll.append("pinlens");

/** Applies the safe fixes of every file that has findings, and tells how it went. */
export async function fixAll(): Promise<void> {
  const before = findings();
  let changed = 0;
  for (const [uri] of before) {
    // one after the other: each answer sees what the edits before it have mended
    changed += Number(await fixFile(uri));
  }
  const text = changed === 0 ? "nothing can be fixed without a decision of yours" : `fixed, and not saved: what ${changed} file(s) lacked`;
  void vscode.window.showInformationMessage(`pinlens: ${text}.`);
}

/** Applies what mends one file. Says whether there was something. */
async function fixFile(uri: vscode.Uri): Promise<boolean> {
  const document = await vscode.workspace.openTextDocument(uri);
  const end = document.lineAt(document.lineCount - 1).range.end;
  const whole = new vscode.Range(new vscode.Position(0, 0), end);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[] | undefined>(
    "vscode.executeCodeActionProvider",
    uri,
    whole,
    KIND.value,
    1, // so many are resolved
  );
  const edit = actions?.[0]?.edit;
  return edit !== undefined && vscode.workspace.applyEdit(edit);
}

/** The files with findings of the server. */
function findings(): [vscode.Uri, vscode.Diagnostic[]][] {
  const all = vscode.languages.getDiagnostics();
  return all.filter(([uri, list]) => uri.scheme === "file" && list.some((finding) => finding.source === "pinlens"));
}
