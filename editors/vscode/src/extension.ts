// Starts the server and keeps it in step with the settings. All knowledge of Python is the server's.

import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn, type DocumentSelector, type LanguageClientOptions } from "vscode-languageclient/node";
import { findServer } from "./server";
import { SECTION, chosenPath, initializationOptions, needsRestart } from "./settings";

/** By pattern where no language is sure: TOML has none without another extension, and others may claim requirements. */
const SELECTOR: DocumentSelector = [
  { scheme: "file", language: "python" },
  { scheme: "file", language: "pip-requirements" },
  { scheme: "file", pattern: "**/*.ipynb" },
  { scheme: "file", pattern: "**/*requirement*.{txt,in}" },
  { scheme: "file", pattern: "**/*constraint*.{txt,in}" },
  { scheme: "file", pattern: "**/{requirements,reqs}/*.{txt,in}" },
  { scheme: "file", pattern: "**/{pyproject,pinlens}.toml" },
  { scheme: "file", pattern: "**/{setup.cfg,Pipfile,pytest.ini}" },
  { scheme: "file", pattern: "**/{environment,environment[-_.]*,*[-_.]environment}.{yml,yaml}" },
];

let runner: Runner | undefined;

/** Called by the editor once one of the activation events of package.json happens. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("pinlens", { log: true });
  const started = new Runner(context.extensionPath, log);
  runner = started;
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand("pinlens.restart", () => started.restart()),
    vscode.commands.registerCommand("pinlens.showLogs", () => log.show()),
    vscode.workspace.onDidChangeConfiguration((event) => (needsRestart(event) ? started.restart() : undefined)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restart()),
  );
  await started.restart();
}

/** Called by the editor when it closes or the extension is disabled. */
export async function deactivate(): Promise<void> {
  await runner?.stop();
}

/** The one client. Starts and stops happen one after the other, however quickly they are asked for. */
class Runner {
  private client: LanguageClient | undefined;
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly extension: string,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Stops the server where one runs, and starts one. Never rejects: the user is told what went wrong. */
  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  /** Stops the server where one runs. */
  stop(): Promise<void> {
    return this.enqueue(() => this.stopNow());
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work).catch((error: unknown) => this.tell(`The server failed: ${text(error)}`));
    return this.queue;
  }

  private async startNow(): Promise<void> {
    const found = findServer({
      chosen: chosenPath(),
      trusted: vscode.workspace.isTrusted,
      extension: this.extension,
      folder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
      searchPath: process.env["PATH"] ?? "",
    });
    if ("problem" in found) {
      this.tell(found.problem);
      return;
    }
    this.log.info(`starting ${found.binary} server`);
    const client = new LanguageClient(SECTION, "pinlens", { command: found.binary, args: ["server"] }, this.options());
    this.client = client;
    await client.start();
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      this.log.warn(`stopping the server: ${text(error)}`); // it is gone either way
    }
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: SELECTOR,
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions,
    };
  }

  /** Shows an error without waiting for the user to answer it. */
  private tell(problem: string): void {
    this.log.error(problem);
    const logs = "Show Logs";
    const settings = "Open Settings";
    void vscode.window.showErrorMessage(`pinlens: ${problem}`, settings, logs).then((answer) => {
      if (answer === logs) {
        this.log.show();
      } else if (answer === settings) {
        void vscode.commands.executeCommand("workbench.action.openSettings", "pinlens.path");
      }
    });
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
