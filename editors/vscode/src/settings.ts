// The settings, by folder: those that the extension itself reads, and those that it gives to the server.

import * as os from "node:os";
import * as vscode from "vscode";
import { expand, setValues, withEnvironment, type Variables } from "./values";

/** The section of every setting, and the id of the client: `pinlens.trace.server` is found by it. */
export const SECTION = "pinlens";

/** Those that are the extension's own affair. */
const OWN = ["path", "trace.server"];

/** Where settings count: a folder, or a file of it; undefined for what lies in no folder. */
export type Scope = vscode.Uri | undefined;

/** The binary that the user chose; empty for none. In an untrusted workspace this is never the workspace's choice. */
export function chosenPath(): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return text("path", folder);
}

/** The environment that the user chose for a folder; empty for none. */
export function chosenEnvironment(scope: Scope): string {
  return text("environment", scope);
}

/** Whether the server publishes the findings of a folder's files that are not open, too. */
export function isWholeFolderShown(scope: Scope): boolean {
  const settings = section(scope);
  return settings.get("enable", true) && settings.get("diagnosticMode") !== "openFilesOnly";
}

/** The names of the settings that are the server's, from the manifest of the extension. */
export function serverSettings(manifest: { readonly contributes?: { readonly configuration?: { readonly properties?: object } } }): string[] {
  const names = Object.keys(manifest.contributes?.configuration?.properties ?? {}).map((name) => name.slice(SECTION.length + 1));
  return names.filter((name) => !OWN.includes(name));
}

/** What the server is told of a folder. `environment` is that of the interpreter that is selected there. */
export function settingsOf(names: readonly string[], scope: Scope, environment: string | undefined): Record<string, unknown> {
  const settings = section(scope);
  const configured = { get: (name: string): unknown => settings.get(name), isSet: (name: string) => isSet(settings, name) };
  return withEnvironment(setValues(names, configured, variables(scope)), environment);
}

/** Whether a change of settings needs another process. The server takes all other changes as it runs. */
export function needsRestart(event: vscode.ConfigurationChangeEvent): boolean {
  return event.affectsConfiguration(`${SECTION}.path`);
}

function section(scope: Scope): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration(SECTION, scope ?? null);
}

function isSet(settings: vscode.WorkspaceConfiguration, name: string): boolean {
  const found = settings.inspect(name);
  return [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue].some((value) => value !== undefined);
}

function text(name: string, scope: Scope): string {
  return String(expand(section(scope).get(name, ""), variables(scope))).trim();
}

function variables(scope: Scope): Variables {
  const folder = scope && vscode.workspace.getWorkspaceFolder(scope);
  return { workspaceFolder: folder?.uri.fsPath, userHome: os.homedir(), env: process.env };
}
