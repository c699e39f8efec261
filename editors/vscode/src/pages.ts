// The pages that explain the diagnostics. They come with the extension; nothing is fetched.

import * as vscode from "vscode";

/** A page, as the list of them shows it. */
interface Entry extends vscode.QuickPickItem {
  readonly page: vscode.Uri;
}

const END = ".md";

/** Finds and shows them. */
export class Pages {
  private readonly folder: vscode.Uri;

  constructor(extension: vscode.Uri) {
    this.folder = vscode.Uri.joinPath(extension, "docs");
  }

  /** Where the server finds the page of a code, for the links of its diagnostics; nothing where the package has no pages. */
  async base(): Promise<string | undefined> {
    return (await this.names()).length > 0 ? this.folder.toString() : undefined;
  }

  /** Answers the command: shows the page of the code that is given, else of the one that the user chooses. */
  async explain(code: unknown): Promise<void> {
    const entries = await this.entries(codesHere());
    const named = typeof code === "string" ? entries.find((entry) => entry.label === code) : undefined;
    const chosen = named ?? (await vscode.window.showQuickPick(entries, { placeHolder: "The diagnostic to explain", matchOnDetail: true }));
    if (chosen !== undefined) {
      await vscode.commands.executeCommand("vscode.openWith", chosen.page, "vscode.markdown.preview.editor");
    }
  }

  /** All pages, those of the codes in `first` before the others. */
  private async entries(first: ReadonlySet<string>): Promise<Entry[]> {
    const found = (await this.names()).map(async (name): Promise<Entry> => {
      const page = vscode.Uri.joinPath(this.folder, name);
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(page));
      const label = name.slice(0, -END.length);
      return { label, detail: summary(text), page, ...(first.has(label) ? { description: "at the cursor" } : {}) };
    });
    const entries = await Promise.all(found);
    const rank = (entry: Entry): number => (first.has(entry.label) ? 0 : 1);
    return entries.sort((a, b) => rank(a) - rank(b) || a.label.localeCompare(b.label));
  }

  private async names(): Promise<string[]> {
    try {
      const found = await vscode.workspace.fs.readDirectory(this.folder);
      return found.map(([name]) => name).filter((name) => name.endsWith(END));
    } catch {
      return []; // a package without pages
    }
  }
}

/** What a page says in a sentence: its first paragraph after the heading and the line on severity. */
function summary(text: string): string {
  const paragraphs = text.split(/\r?\n\s*\r?\n/).map((paragraph) => paragraph.trim());
  return paragraphs.find((paragraph) => !/^[#*]/.test(paragraph))?.replace(/\s+/g, " ").replaceAll("`", "") ?? "";
}

/** The codes of the findings at the cursor. */
function codesHere(): ReadonlySet<string> {
  const editor = vscode.window.activeTextEditor;
  const list = editor === undefined ? [] : vscode.languages.getDiagnostics(editor.document.uri);
  const here = list.filter((found) => found.source === "pinlens" && editor?.selection.intersection(found.range) !== undefined);
  return new Set(here.map(({ code }) => String(typeof code === "object" ? code.value : code)));
}
