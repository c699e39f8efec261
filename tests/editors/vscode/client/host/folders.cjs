// A workspace of two folders, each a copy of the example application with settings and an interpreter of its own. The second
// folder's settings.json makes the unused requirement a hint; the first's says nothing.

const vscode = require("vscode");
const fs = require("node:fs");
const kit = require("./kit.cjs");
const { expect, check, uri, expectFindings, servers, makeEnvironment, versionForQueue } = kit;

const [FIRST, SECOND] = [0, 1];
const CELERY = "6:1-6:14 Warning unused-requirement";
const QUEUE_APP = "7:10-7:16 Error undeclared-import";

exports.run = () => kit.runSteps(STEPS);

/** Sets a setting in the settings.json of a folder. */
async function set(folder, key, value) {
  const { uri } = vscode.workspace.workspaceFolders[folder];
  await vscode.workspace.getConfiguration("pinlens", uri).update(key, value, vscode.ConfigurationTarget.WorkspaceFolder);
}

/**
 * How many folders the window knows. A page that reads a .code-workspace for the first time may have missed what it says, for good: the
 * files come from a provider that is registered while the workspace is made. Writing the file again has it read again.
 */
async function seeFolders() {
  const folders = vscode.workspace.workspaceFolders?.length ?? 0;
  if (folders === 0) {
    const file = vscode.workspace.workspaceFile.fsPath;
    fs.writeFileSync(file, fs.readFileSync(file));
    await new Promise((resolve) => setTimeout(resolve, 2_000)); // as long as the file's watcher may take
  }
  return folders;
}

const STEPS = [
  ["two folders: one server, and the settings.json of each counts there alone", async () => {
    await expect(2, seeFolders);
    await expectFindings("requirements.txt", [CELERY], FIRST);
    await expectFindings("requirements.txt", ["6:1-6:14 Hint unused-requirement"], SECOND);
    check(servers().length === 1, `${servers().length} servers run`);
  }],
  ["a change of one folder's settings changes the findings of that folder, and takes no new server", async () => {
    const before = servers();
    await set(FIRST, "ignore", ["unused-requirement"]);
    await expectFindings("requirements.txt", [], FIRST);
    await expectFindings("requirements.txt", ["6:1-6:14 Hint unused-requirement"], SECOND);
    await set(SECOND, "severity", { "undeclared-import": "info" });
    await expectFindings("app.py", ["7:10-7:16 Information undeclared-import"], SECOND);
    await expectFindings("app.py", [QUEUE_APP], FIRST);
    await set(FIRST, "ignore", undefined);
    await expectFindings("requirements.txt", [CELERY], FIRST);
    check(JSON.stringify(servers()) === JSON.stringify(before), "the server was started again");
  }],
  ["a default is not sent: what the folder's pinlens.toml says counts, until the settings say something else", async () => {
    fs.writeFileSync(uri("pinlens.toml", FIRST).fsPath, 'severity = { unused-requirement = "info" }\nignore = ["undeclared-import"]\n');
    await expectFindings("requirements.txt", ["6:1-6:14 Information unused-requirement"], FIRST);
    await expectFindings("app.py", [], FIRST);
    await set(FIRST, "severity", { "unused-requirement": "error" });
    await expectFindings("requirements.txt", ["6:1-6:14 Error unused-requirement"], FIRST);
    await set(FIRST, "severity", undefined);
    fs.rmSync(uri("pinlens.toml", FIRST).fsPath);
    await expectFindings("requirements.txt", [CELERY], FIRST);
    await expectFindings("app.py", [QUEUE_APP], FIRST);
  }],
  ["the interpreter that is selected for one folder is read for that folder", async () => {
    const python = vscode.extensions.getExtension("ms-python.vscode-python-envs").exports;
    await expect(["", ""], async () => [await versionForQueue(FIRST), await versionForQueue(SECOND)]);
    python.select(makeEnvironment("other-env", "rq", "1.16.0", SECOND), vscode.workspace.workspaceFolders[SECOND].uri);
    await expect(["", "1.16.0"], async () => [await versionForQueue(FIRST), await versionForQueue(SECOND)]);
    python.select(undefined, vscode.workspace.workspaceFolders[SECOND].uri);
    await expect(["", ""], async () => [await versionForQueue(FIRST), await versionForQueue(SECOND)]);
  }],
  ["${workspaceFolder} in a setting of the workspace is each folder's own", async () => {
    makeEnvironment("other-env", "rq", "1.17.0", FIRST);
    await vscode.workspace.getConfiguration("pinlens").update("environment", "${workspaceFolder}/other-env", vscode.ConfigurationTarget.Workspace);
    await expect(["1.17.0", "1.16.0"], async () => [await versionForQueue(FIRST), await versionForQueue(SECOND)]);
    await vscode.workspace.getConfiguration("pinlens").update("environment", undefined, vscode.ConfigurationTarget.Workspace);
    await expect(["", ""], async () => [await versionForQueue(FIRST), await versionForQueue(SECOND)]);
  }],
  ["there is a task to check each folder", async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: "pinlens" });
    check(JSON.stringify(tasks.map((task) => task.scope.index)) === "[0,1]", JSON.stringify(tasks));
  }],
];
