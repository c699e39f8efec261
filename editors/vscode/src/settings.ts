// The settings that the extension itself reads. All others are the server's: it asks for the section as a whole.

import * as vscode from "vscode";

/** The section of every setting, and the id of the client: `pinlens.trace.server` is found by it. */
export const SECTION = "pinlens";

/** The binary that the user chose; empty for none. In an untrusted workspace this is never the workspace's choice. */
export function chosenPath(): string {
  return vscode.workspace.getConfiguration(SECTION).get("path", "").trim();
}

/** What goes to the server with `initialize`: the whole section, for a server that is asked before it can ask. */
export function initializationOptions(): unknown {
  return { settings: vscode.workspace.getConfiguration().get(SECTION, {}) };
}

/** Whether a change of settings needs another process. The server takes all other changes as it runs. */
export function needsRestart(event: vscode.ConfigurationChangeEvent): boolean {
  return event.affectsConfiguration(`${SECTION}.path`);
}
