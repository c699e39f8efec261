// What a file loads when it is started, as the server tells it of the texts as they are now, in a document of its own.

import * as vscode from "vscode";
import type { Runner } from "./runner";

/** The command, which the client tells the server for its code lenses. Its argument is a URI; the active editor's file without one. */
export const SHOW_STARTUP_CHAIN = "pinlens.showStartupChain";

const SCHEME = "pinlens-trace";
const PAUSE = 300; // milliseconds without a change, before the server is asked again

/** What the server tells: the text, and what its lines are about. */
export interface StartUp {
  readonly text: string;
  readonly places: readonly { readonly line: number; readonly location: Place }[];
}

interface Place {
  readonly uri: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

/** Makes and keeps the documents, and asks again for those in view when something changes. */
export class StartupChain implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.Disposable {
  /** By the URI of the document. */
  private readonly told = new Map<string, StartUp>();
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable[];
  private pause: NodeJS.Timeout | undefined;

  readonly onDidChange = this.changes.event;

  constructor(private readonly runner: Runner) {
    const later = (): void => {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => void this.refresh(), PAUSE);
    };
    this.subscriptions = [
      this.changes,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerDocumentLinkProvider({ scheme: SCHEME }, this),
      vscode.languages.onDidChangeDiagnostics(later),
      vscode.workspace.onDidChangeTextDocument((event) => (event.document.uri.scheme === "file" ? later() : undefined)),
      vscode.workspace.onDidCloseTextDocument((document) => this.told.delete(document.uri.toString())),
    ];
  }

  /** Asks where nothing is known: a window that is loaded again shows its documents again. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const told = this.told.get(uri.toString()) ?? (await this.ask(uri));
    return told?.text ?? "";
  }

  /** Each line that is about a place leads there. */
  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const places = this.told.get(document.uri.toString())?.places ?? [];
    return places.filter(({ line }) => line < document.lineCount).map(({ line, location }) => {
      const { text, range } = document.lineAt(line);
      const start = text.search(/[^\s│├└─✗?○]/);
      const link = new vscode.DocumentLink(range.with(range.start.translate(0, Math.max(start, 0))), address(location));
      link.tooltip = "Go to this place";
      return link;
    });
  }

  /** Answers the command: a code lens names the file, the palette does not. */
  async run(uri: unknown): Promise<void> {
    const named = typeof uri === "string" ? await vscode.workspace.openTextDocument(vscode.Uri.parse(uri)) : undefined;
    await this.show(named ?? vscode.window.activeTextEditor?.document);
  }

  /** Shows the start-up of a Python file beside it. */
  private async show(document: vscode.TextDocument | undefined): Promise<void> {
    if (document?.languageId !== "python" || document.uri.scheme !== "file") {
      void vscode.window.showInformationMessage("pinlens: open the Python file that is run first.");
      return;
    }
    // the name has no suffix: it is no Python
    const shown = vscode.Uri.from({ scheme: SCHEME, path: `/${name(document.uri)} (start-up)`, query: document.uri.toString() });
    if (!(await this.update(shown))) {
      void vscode.window.showErrorMessage("pinlens: the server does not tell how this file starts.");
      return;
    }
    await vscode.window.showTextDocument(shown, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
  }

  /** Asks the server for what a document shows, and keeps it; nothing where there is no answer. */
  private async ask(shown: vscode.Uri): Promise<StartUp | undefined> {
    const told = await this.runner.startUp(shown.query);
    if (told !== undefined) {
      this.told.set(shown.toString(), told);
    }
    return told;
  }

  /** Makes a document show what the server tells now. Says whether there was an answer. */
  private async update(shown: vscode.Uri): Promise<boolean> {
    const before = this.told.get(shown.toString())?.text;
    const told = await this.ask(shown);
    if (told !== undefined && told.text !== before) {
      this.changes.fire(shown);
    }
    return told !== undefined;
  }

  private async refresh(): Promise<void> {
    const documents = vscode.window.visibleTextEditors.map((editor) => editor.document.uri);
    for (const shown of documents.filter((uri) => uri.scheme === SCHEME)) {
      await this.update(shown);
    }
  }

  dispose(): void {
    clearTimeout(this.pause);
    this.subscriptions.forEach((subscription) => subscription.dispose());
  }
}

function name(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}

/** A place as the editor opens it: its line and column, from 1, are the fragment. */
function address({ uri, range }: Place): vscode.Uri {
  return vscode.Uri.parse(uri).with({ fragment: `L${range.start.line + 1},${range.start.character + 1}` });
}
