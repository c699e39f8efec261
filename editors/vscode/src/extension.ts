// Puts the parts together. All knowledge of Python is the server's.

import * as vscode from "vscode";
import { fixAll } from "./fixall";
import { Pages } from "./pages";
import { Interpreter } from "./python";
import { SHOW_REFERENCES, showReferences } from "./references";
import { Runner } from "./runner";
import { needsRestart } from "./settings";
import { Status } from "./status";
import { CheckTasks, checkWorkspace } from "./tasks";
import { SHOW_STARTUP_CHAIN, StartupChain } from "./trace";

let runner: Runner | undefined;

/** Called by the editor once one of the activation events of package.json happens. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("pinlens", { log: true });
  const status = new Status();
  const pages = new Pages(context.extensionUri);
  const interpreter: Interpreter = new Interpreter(log, () => started.settingsChanged());
  const started: Runner = new Runner(context.extension, pages, log, status, interpreter);
  const tasks = new CheckTasks(started, interpreter);
  const chain = new StartupChain(started);
  runner = started;

  const command = (name: string, run: () => unknown): vscode.Disposable => vscode.commands.registerCommand(`pinlens.${name}`, run);
  context.subscriptions.push(
    log,
    status,
    interpreter,
    chain,
    command("restart", () => started.restart()),
    command("showLogs", () => log.show()),
    command("checkWorkspace", () => checkWorkspace(tasks)),
    command("fixAll", () => fixAll()),
    vscode.commands.registerCommand("pinlens.explain", (code: unknown) => pages.explain(code)),
    vscode.commands.registerCommand(SHOW_REFERENCES, showReferences),
    vscode.commands.registerCommand(SHOW_STARTUP_CHAIN, (uri: unknown) => chain.run(uri)),
    vscode.tasks.registerTaskProvider("pinlens", tasks),
    vscode.workspace.onDidChangeConfiguration((event) => (needsRestart(event) ? started.restart() : undefined)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restart()),
  );
  interpreter.watch();
  await started.restart();
}

/** Called by the editor when it closes or the extension is disabled. */
export async function deactivate(): Promise<void> {
  await runner?.stop();
}
