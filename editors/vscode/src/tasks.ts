// `pinlens check` as a task, and the command that runs it.

import * as vscode from "vscode";
import type { Interpreter } from "./python";
import type { Runner } from "./runner";
import { chosenEnvironment, isWholeFolderShown, type Scope } from "./settings";

/** A task as tasks.json names it. */
interface Definition extends vscode.TaskDefinition {
  readonly command: "check" | "fix";
  readonly args?: readonly string[];
}

/** Offers `check` for every folder, and completes the tasks of tasks.json. */
export class CheckTasks implements vscode.TaskProvider {
  constructor(
    private readonly runner: Runner,
    private readonly interpreter: Interpreter,
  ) {}

  provideTasks(): vscode.Task[] {
    const folders = vscode.workspace.workspaceFolders ?? [];
    return folders.flatMap((folder) => this.task({ type: "pinlens", command: "check" }, folder) ?? []);
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const scope = typeof task.scope === "object" ? task.scope : vscode.workspace.workspaceFolders?.[0];
    return scope && this.task(task.definition as Definition, scope);
  }

  /** The task of a folder; nothing where there is no binary. What was found is not listed twice: the server lists it already. */
  private task(definition: Definition, folder: vscode.WorkspaceFolder): vscode.Task | undefined {
    const found = this.runner.find();
    if ("problem" in found) {
      return undefined;
    }
    const words = [definition.command, ...environmentArguments(this.interpreter, folder.uri), ...(definition.args ?? [])];
    const execution = new vscode.ProcessExecution(found.binary, words, { cwd: folder.uri.fsPath });
    const matchers = isWholeFolderShown(folder.uri) ? [] : ["$pinlens"];
    return new vscode.Task(definition, folder, definition.command, "pinlens", execution, matchers);
  }
}

/** What makes the command line read the environment that the server reads for a folder. */
export function environmentArguments(interpreter: Interpreter, scope: Scope): string[] {
  const environment = chosenEnvironment(scope) || interpreter.environment(scope);
  return environment ? ["--env", environment] : [];
}

/** Runs `check` in the folder of the active editor, else in the first one, and shows what it prints. */
export async function checkWorkspace(tasks: CheckTasks): Promise<void> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const folder = active && vscode.workspace.getWorkspaceFolder(active);
  const offered = tasks.provideTasks();
  const task = offered.find((one) => one.scope === folder) ?? offered[0];
  if (task === undefined) {
    void vscode.window.showInformationMessage("pinlens: there is no folder to check, or no server to check it with.");
    return;
  }
  await vscode.tasks.executeTask(task);
}
