// The environment of the interpreter that is selected in the Python extension. Only its path is taken: nothing of it is run.

import * as vscode from "vscode";

const PYTHON = "ms-python.python";

/** The part of the Python extension's interface that is used. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): unknown;
    resolveEnvironment(path: unknown): Promise<{ readonly environment?: { readonly folderUri: vscode.Uri } | undefined } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

/** Follows the selected interpreter; without the Python extension there is none. */
export class Interpreter implements vscode.Disposable {
  /** The folder of its virtual or conda environment. A global interpreter has none: the system's Python is not read. */
  environment: string | undefined;

  private readonly subscriptions: vscode.Disposable[] = [];
  private isWatched = false;

  /** `changed` is called after every change of `environment`. */
  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly changed: () => Promise<void>,
  ) {
    this.subscriptions.push(
      vscode.extensions.onDidChange(() => this.watch()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.watch()),
    );
  }

  /** Begins to follow, once the extension is there and the workspace is trusted. Nothing waits for it. */
  watch(): void {
    const extension = vscode.extensions.getExtension<PythonApi>(PYTHON);
    if (this.isWatched || extension === undefined || !vscode.workspace.isTrusted) {
      return;
    }
    this.isWatched = true;
    const failed = (error: unknown): void => this.log.warn(`the Python extension tells no interpreter: ${String(error)}`);
    const follow = async (): Promise<void> => {
      const api = await extension.activate();
      const look = (): void => void this.look(api).catch(failed);
      this.subscriptions.push(api.environments.onDidChangeActiveEnvironmentPath(look));
      look();
    };
    void follow().catch(failed);
  }

  dispose(): void {
    this.subscriptions.forEach((subscription) => subscription.dispose());
  }

  private async look(api: PythonApi): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const resolved = await api.environments.resolveEnvironment(api.environments.getActiveEnvironmentPath(folder));
    const environment = resolved?.environment?.folderUri.fsPath;
    if (environment !== this.environment) {
      this.environment = environment;
      this.log.info(`environment of the selected interpreter: ${environment ?? "none"}`);
      await this.changed();
    }
  }
}
