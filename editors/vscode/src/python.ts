// The environments of the interpreters that are selected in the Python extension, or in the newer one for environments, by folder.
// Only their paths are taken: nothing of them is run.

import * as vscode from "vscode";

/** Tells the environment of a folder, or that for what lies in no folder; and when to ask again. */
interface Source {
  environment(scope: vscode.Uri | undefined): Promise<string | undefined>;
  readonly onDidChange: vscode.Event<unknown>;
}

/** The part of the interface of `ms-python.python` that is used. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): unknown;
    resolveEnvironment(path: unknown): Promise<{ readonly environment?: { readonly folderUri: vscode.Uri } | undefined } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

/** The part of the interface of `ms-python.vscode-python-envs` that is used; it has none where the user does not use it. */
interface EnvironmentsApi {
  getEnvironment(scope: vscode.Uri | undefined): Promise<{ readonly sysPrefix: string; readonly envId: { readonly managerId: string } } | undefined>;
  readonly onDidChangeEnvironment: vscode.Event<unknown>;
}

/** Where interpreters are selected, what is newer first. */
const SOURCES: { readonly id: string; readonly source: (api: unknown) => Source | undefined }[] = [
  { id: "ms-python.vscode-python-envs", source: (api) => (isEnvironmentsApi(api) ? ofEnvironments(api) : undefined) },
  { id: "ms-python.python", source: (api) => ofPython(api as PythonApi) },
];

/** Follows the selected interpreters; without one of the extensions there are none. */
export class Interpreter implements vscode.Disposable {
  /** By folder, as text; "" stands for what lies in none. A global interpreter has none: the system's Python is not read. */
  private environments = new Map<string, string | undefined>();

  private readonly subscriptions: vscode.Disposable[] = [];
  private source: Source | undefined;
  private isLooking = false;
  private looks = 0;

  /** `changed` is called after every change of an environment. */
  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly changed: () => Promise<void>,
  ) {
    this.subscriptions.push(
      vscode.extensions.onDidChange(() => this.watch()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.watch()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.look()),
    );
  }

  /** The folder of the virtual or conda environment that is selected for a folder, or for the one that a file lies in. */
  environment(scope: vscode.Uri | undefined): string | undefined {
    const folder = scope && vscode.workspace.getWorkspaceFolder(scope);
    return this.environments.get(key(folder?.uri));
  }

  /** Begins to follow, once an extension is there and the workspace is trusted. Nothing waits for it. */
  watch(): void {
    if (this.source !== undefined || this.isLooking || !vscode.workspace.isTrusted) {
      return;
    }
    this.isLooking = true;
    void this.find().finally(() => (this.isLooking = false));
  }

  dispose(): void {
    this.subscriptions.forEach((subscription) => subscription.dispose());
  }

  private async find(): Promise<void> {
    for (const { id, source } of SOURCES) {
      const extension = vscode.extensions.getExtension<unknown>(id);
      if (extension === undefined) {
        continue;
      }
      try {
        this.source = source(await extension.activate());
      } catch (error) {
        this.log.warn(`${id} tells no interpreter: ${String(error)}`);
      }
      if (this.source !== undefined) {
        this.log.info(`interpreters are those that are selected in ${id}`);
        this.subscriptions.push(this.source.onDidChange(() => this.look()));
        this.look();
        return;
      }
    }
  }

  private look(): void {
    const source = this.source;
    const failed = (error: unknown): void => this.log.warn(`the selected interpreter is not told: ${String(error)}`);
    if (source !== undefined) {
      void this.ask(source).catch(failed);
    }
  }

  /** Asks for every folder. An answer that comes after that to a later question counts no more. */
  private async ask(source: Source): Promise<void> {
    const look = ++this.looks;
    const scopes = [undefined, ...(vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri)];
    const asked = scopes.map(async (scope) => [key(scope), await source.environment(scope)] as const);
    const environments = new Map(await Promise.all(asked));
    if (look !== this.looks || same(environments, this.environments)) {
      return;
    }
    this.environments = environments;
    const told = [...environments].map(([folder, environment]) => `${folder || "no folder"}: ${environment ?? "none"}`);
    this.log.info(`environments of the selected interpreters: ${told.join(", ")}`);
    await this.changed();
  }
}

function key(scope: vscode.Uri | undefined): string {
  return scope?.toString() ?? "";
}

/** Whether both say the same of every folder; one that is not there has no environment. */
function same(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  return [...a.keys(), ...b.keys()].every((folder) => a.get(folder) === b.get(folder));
}

function ofPython({ environments }: PythonApi): Source {
  return {
    environment: async (scope) => {
      const resolved = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(scope));
      return resolved?.environment?.folderUri.fsPath;
    },
    onDidChange: environments.onDidChangeActiveEnvironmentPath,
  };
}

function isEnvironmentsApi(api: unknown): api is EnvironmentsApi {
  const known = api as Partial<EnvironmentsApi> | null | undefined;
  return typeof known?.getEnvironment === "function" && typeof known.onDidChangeEnvironment === "function";
}

function ofEnvironments(api: EnvironmentsApi): Source {
  return {
    environment: async (scope) => {
      const found = await api.getEnvironment(scope);
      return found === undefined || found.envId.managerId.endsWith(":system") ? undefined : found.sysPrefix;
    },
    onDidChange: api.onDidChangeEnvironment,
  };
}
