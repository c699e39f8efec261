// The item among the language status items ({} in the status bar): which server runs, and how it is.

import * as vscode from "vscode";
import { SELECTOR } from "./selector";

/** What the user sees of the server's state. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("pinlens.status", SELECTOR);

  constructor() {
    this.item.name = "pinlens";
    this.item.command = { command: "pinlens.showLogs", title: "Show Logs" };
    this.starting();
  }

  /** A process was started and has not answered yet. */
  starting(): void {
    this.set("pinlens", "starting", vscode.LanguageStatusSeverity.Information, true);
  }

  /** The server of this version answers. */
  running(version: string | undefined, binary: string): void {
    this.set(version === undefined ? "pinlens" : `pinlens ${version}`, binary, vscode.LanguageStatusSeverity.Information, false);
  }

  /** The server works at something that takes a while. */
  busy(detail: string): void {
    this.set(this.item.text, detail, vscode.LanguageStatusSeverity.Information, true);
  }

  /** The server has done what it worked at. */
  ready(detail: string): void {
    this.set(this.item.text, detail, vscode.LanguageStatusSeverity.Information, false);
  }

  /** No server runs, or it does not work. */
  failed(problem: string): void {
    this.set("pinlens", problem, vscode.LanguageStatusSeverity.Error, false);
  }

  dispose(): void {
    this.item.dispose();
  }

  private set(text: string, detail: string, severity: vscode.LanguageStatusSeverity, busy: boolean): void {
    Object.assign(this.item, { text, detail, severity, busy });
  }
}
