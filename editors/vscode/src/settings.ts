// The settings that the extension itself reads. All others are the server's: it asks for the section as a whole.

import * as vscode from "vscode";

/** The section of every setting, and the id of the client: `pinlens.trace.server` is found by it. */
export const SECTION = "pinlens";

/** The binary that the user chose; empty for none. In an untrusted workspace this is never the workspace's choice. */
export function chosenPath(): string {
  return vscode.workspace.getConfiguration(SECTION).get("path", "").trim();
}

/** The environment that the user chose; empty for none. */
export function chosenEnvironment(): string {
  return vscode.workspace.getConfiguration(SECTION).get("environment", "").trim();
}

/** Whether the server publishes the findings of files that are not open, too. */
export function isWholeWorkspaceShown(): boolean {
  const settings = vscode.workspace.getConfiguration(SECTION);
  return settings.get("enable", true) && settings.get("diagnosticMode") !== "openFilesOnly";
}

/** The whole section, as the server is given it. */
export function section(): unknown {
  return vscode.workspace.getConfiguration().get(SECTION, {});
}

/** `settings` with `environment` where they name none themselves. */
export function withEnvironment(settings: unknown, environment: string | undefined): unknown {
  const own = settings as { readonly environment?: unknown } | null | undefined;
  return environment === undefined || own?.environment ? settings : { ...own, environment };
}

/** Whether a change of settings needs another process. The server takes all other changes as it runs. */
export function needsRestart(event: vscode.ConfigurationChangeEvent): boolean {
  return event.affectsConfiguration(`${SECTION}.path`);
}
