// What a file loads when it is started, as `pinlens trace` prints it, in a document of its own.

import { execFile } from "node:child_process";
import * as path from "node:path";
import * as vscode from "vscode";
import type { Interpreter } from "./python";
import type { Runner } from "./runner";
import { environmentArguments } from "./tasks";

/** The command, which the client tells the server for its code lenses. Its argument is a URI; the active editor's file without one. */
export const SHOW_STARTUP_CHAIN = "pinlens.showStartupChain";

const SCHEME = "pinlens-trace";
const MAX_OUTPUT = 16 * 1024 * 1024; // bytes

/** Makes and keeps the documents. */
export class StartupChain implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  readonly onDidChange = this.changes.event;

  constructor(
    private readonly runner: Runner,
    private readonly interpreter: Interpreter,
  ) {}

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  /** Answers the command: a code lens names the file, the palette does not. */
  async run(uri: unknown): Promise<void> {
    const named = typeof uri === "string" ? await vscode.workspace.openTextDocument(vscode.Uri.parse(uri)) : undefined;
    await this.show(named ?? vscode.window.activeTextEditor?.document);
  }

  /** Shows the start-up of a Python file beside it. Files are read as they were last saved. */
  private async show(document: vscode.TextDocument | undefined): Promise<void> {
    if (document?.languageId !== "python" || document.uri.scheme !== "file") {
      void vscode.window.showInformationMessage("pinlens: open the Python file that is run first.");
      return;
    }
    const found = this.runner.find();
    if ("problem" in found) {
      void vscode.window.showErrorMessage(`pinlens: ${found.problem}`);
      return;
    }
    const file = document.uri.fsPath;
    const folder = vscode.workspace.getWorkspaceFolder(document.uri)?.uri.fsPath ?? path.dirname(file);
    const words = ["trace", ...environmentArguments(this.interpreter, document.uri), "--", file];
    const result = await run(found.binary, words, folder);
    if ("problem" in result) {
      void vscode.window.showErrorMessage(`pinlens: ${result.problem}`);
      return;
    }
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/start-up of ${path.basename(file)}`, query: file });
    this.texts.set(uri.toString(), result.output);
    this.changes.fire(uri);
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
  }

  dispose(): void {
    this.registration.dispose();
    this.changes.dispose();
  }
}

/** What the command prints. Exit code 1 says that something was found, which is an answer. */
function run(binary: string, words: string[], cwd: string): Promise<{ output: string } | { problem: string }> {
  return new Promise((resolve) => {
    execFile(binary, words, { cwd, maxBuffer: MAX_OUTPUT }, (error, output, errors) => {
      const answered = error === null || (error.code === 1 && output !== "");
      resolve(answered ? { output } : { problem: errors.trim() || String(error?.message) });
    });
  });
}
