// The one client: starts and stops the server, and tells it of settings.

import * as vscode from "vscode";
import {
  DidChangeConfigurationNotification,
  ExecuteCommandRequest,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type ClientCapabilities,
  type ConfigurationParams,
  type FeatureState,
  type LanguageClientOptions,
  type StaticFeature,
} from "vscode-languageclient/node";
import type { Pages } from "./pages";
import type { Interpreter } from "./python";
import { SHOW_REFERENCES } from "./references";
import { Restarts } from "./restarts";
import { SELECTOR } from "./selector";
import { findServer, type Found } from "./server";
import { SECTION, chosenPath, serverSettings, settingsOf, type Scope } from "./settings";
import type { Status } from "./status";
import { SHOW_STARTUP_CHAIN, type StartUp } from "./trace";
import { answers } from "./values";

/** The server's own word on how it is. */
interface ServerStatus {
  readonly state: "loading" | "ready";
  readonly message: string;
}

/** The server's command that tells how a file starts. */
const START_UP = "pinlens.server.startUp";

/** What this client can do beside the protocol: it shows the server's state, and knows the commands of the code lenses. */
class Experimental implements StaticFeature {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.experimental = {
      ...capabilities.experimental,
      serverStatusNotification: true,
      commands: { commands: [SHOW_REFERENCES, SHOW_STARTUP_CHAIN] },
    };
  }

  getState(): FeatureState {
    return { kind: "static" };
  }

  initialize(): void {}

  clear(): void {}
}

/** Starts and stops happen one after the other, however quickly they are asked for. */
export class Runner {
  private client: LanguageClient | undefined;
  private queue: Promise<void> = Promise.resolve();

  /** `extension` is this extension: where it lies, and its manifest. */
  constructor(
    private readonly extension: vscode.Extension<unknown>,
    private readonly pages: Pages,
    private readonly log: vscode.LogOutputChannel,
    private readonly status: Status,
    private readonly interpreter: Interpreter,
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

  /** The binary to start now, or why there is none. */
  find(): Found {
    return findServer({
      chosen: chosenPath(),
      environment: process.env["PINLENS_PATH"] ?? "",
      trusted: vscode.workspace.isTrusted,
      extension: this.extension.extensionPath,
      folder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
      searchPath: process.env["PATH"] ?? "",
    });
  }

  /** Makes a running server ask for its settings again. */
  async settingsChanged(): Promise<void> {
    if (this.client?.state === State.Running) {
      await this.client.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    }
  }

  /** How a file starts; nothing where no server runs, or it does not know the file. */
  async startUp(uri: string): Promise<StartUp | undefined> {
    if (this.client?.state !== State.Running) {
      return undefined;
    }
    try {
      const told: unknown = await this.client.sendRequest(ExecuteCommandRequest.type, { command: START_UP, arguments: [uri] });
      return (told as StartUp | null) ?? undefined;
    } catch (error) {
      this.log.warn(`the start-up of ${uri}: ${text(error)}`);
      return undefined;
    }
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work).catch((error: unknown) => this.tell(`The server failed: ${text(error)}`));
    return this.queue;
  }

  private async startNow(): Promise<void> {
    const found = this.find();
    if ("problem" in found) {
      this.tell(found.problem);
      return;
    }
    this.log.info(`starting ${found.binary} server`);
    const options = this.options(await this.pages.base());
    const client = new LanguageClient(SECTION, "pinlens", { command: found.binary, args: ["server"] }, options);
    this.client = client;
    client.registerFeature(new Experimental());
    client.onDidChangeState((change) => this.show(client, change.newState, found.binary));
    client.onNotification("pinlens/status", (status: ServerStatus) => this.showServerStatus(status));
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

  private options(docs: string | undefined): LanguageClientOptions {
    return {
      documentSelector: SELECTOR as NonNullable<LanguageClientOptions["documentSelector"]>,
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      errorHandler: new Restarts(),
      initializationOptions: () => ({ ...this.allSettings(), docs, trusted: vscode.workspace.isTrusted }),
      middleware: {
        workspace: {
          configuration: async (params: ConfigurationParams, token, next) => {
            const others: unknown = await next(params, token);
            const of = (scope: string | undefined): unknown => this.settings(scope === undefined ? undefined : vscode.Uri.parse(scope));
            return answers(params.items, SECTION, of, Array.isArray(others) ? others : []);
          },
        },
      },
    };
  }

  /** The settings of each folder, and those of what lies in none. */
  private allSettings(): { settings: object[]; globalSettings: object } {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const settings = folders.map(({ uri }) => ({ workspace: uri.toString(), ...this.settings(uri) }));
    return { settings, globalSettings: this.settings(undefined) };
  }

  /** What the server is told of a folder: what the settings leave open, the interpreter says. */
  private settings(scope: Scope): Record<string, unknown> {
    return settingsOf(serverSettings(this.extension.packageJSON), scope, this.interpreter.environment(scope));
  }

  private show(client: LanguageClient, state: State, binary: string): void {
    if (client !== this.client) {
      return; // an old one that ends
    }
    if (state === State.Running) {
      this.status.running(client.initializeResult?.serverInfo?.version, binary);
    } else if (state === State.Starting) {
      this.status.starting();
    } else {
      this.status.failed("The server has stopped");
    }
  }

  private showServerStatus(status: ServerStatus): void {
    if (status.state === "loading") {
      this.status.busy(status.message);
    } else {
      this.status.ready(status.message);
    }
  }

  /** Shows an error without waiting for the user to answer it. */
  private tell(problem: string): void {
    this.log.error(problem);
    this.status.failed(problem);
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
