// What the stories in the extension host are told with: what a user sees and does there, by VS Code's own interface.

const vscode = require("vscode");
const fs = require("node:fs");

const LIMIT = 60_000; // milliseconds that a step may wait
const say = (text) => text.split("\n").forEach((line) => console.log(`pinlens-story ${line}`));

/** Runs the steps of a story, `[name, work]` each, and says how they went. */
async function runSteps(steps) {
  const { count, step } = (await import("../steps.mjs")).counter(say);
  for (const [name, run] of steps) {
    await step(name, run);
  }
  say(`${count.passed} passed, ${count.failed} failed in the extension host`);
}

async function expect(wanted, observe) {
  await (await import("../steps.mjs")).expect(wanted, observe, LIMIT);
}

function check(condition, reason) {
  if (!condition) throw new Error(reason);
}

/** A file of the first folder, or of another one. */
function uri(name, folder = 0) {
  return vscode.Uri.joinPath(vscode.workspace.workspaceFolders[folder].uri, name);
}

async function open(name) {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri(name)), { preview: false });
}

/** The findings of a file, open or not: `line:column-line:column severity code`, from 1, in the file's order. */
function findings(name, folder = 0) {
  const order = (a, b) => a.range.start.compareTo(b.range.start);
  const place = (position) => `${position.line + 1}:${position.character + 1}`;
  const list = vscode.languages.getDiagnostics(uri(name, folder)).filter((found) => found.source === "pinlens");
  return list
    .sort(order)
    .map((found) => `${place(found.range.start)}-${place(found.range.end)} ${vscode.DiagnosticSeverity[found.severity]} ${codeOf(found)}`);
}

function codeOf(found) {
  return typeof found.code === "object" ? found.code.value : found.code;
}

function unused() {
  return findings("requirements.txt").filter((finding) => finding.includes("unused-requirement"));
}

const expectFindings = (name, wanted, folder = 0) => expect(wanted, () => findings(name, folder));

/** The actions at the place of the first finding whose code is `code`. */
async function actions(name, code, kind = vscode.CodeActionKind.QuickFix, folder = 0) {
  const found = vscode.languages.getDiagnostics(uri(name, folder)).find((finding) => codeOf(finding) === code);
  check(found, `no ${code} in ${name}`);
  const limit = 20; // that many are resolved, for an edit may come only then
  return vscode.commands.executeCommand("vscode.executeCodeActionProvider", uri(name, folder), found.range, kind.value, limit);
}

async function apply(offered, title) {
  const action = offered.find((offer) => title.test(offer.title));
  check(action, `no ${title} among ${JSON.stringify(offered.map((offer) => offer.title))}`);
  check(action.edit, `${action.title} has no edit`);
  check(await vscode.workspace.applyEdit(action.edit), `${action.title} could not be applied`);
}

async function textOf(name) {
  return (await vscode.workspace.openTextDocument(uri(name))).getText();
}

async function undoAll(name) {
  await open(name);
  await vscode.commands.executeCommand("workbench.action.files.revert");
}

/** The process ids of the servers that this extension host started. */
function servers() {
  const status = (pid, file) => {
    try {
      return fs.readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
      return ""; // it has ended meanwhile
    }
  };
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => new RegExp(`^PPid:\\s*${process.pid}$`, "m").test(status(pid, "status")))
    .filter((pid) => /\/pinlens\0server\0/.test(status(pid, "cmdline")))
    .map(Number);
}

async function set(key, value) {
  await vscode.workspace.getConfiguration("pinlens").update(key, value, vscode.ConfigurationTarget.Workspace);
}

/** Makes an environment that holds one distribution. */
function makeEnvironment(name, distribution, version, folder = 0) {
  const site = uri(`${name}/lib/python3.12/site-packages`, folder).fsPath;
  const info = `${site}/${distribution}-${version}.dist-info`;
  fs.mkdirSync(`${site}/${distribution}`, { recursive: true });
  fs.mkdirSync(info);
  fs.writeFileSync(uri(`${name}/pyvenv.cfg`, folder).fsPath, "home = /usr/bin\nversion = 3.12.3\n");
  fs.writeFileSync(`${info}/METADATA`, `Metadata-Version: 2.1\nName: ${distribution}\nVersion: ${version}\n`);
  fs.writeFileSync(`${info}/RECORD`, `${distribution}/__init__.py,,\n`);
  fs.writeFileSync(`${site}/${distribution}/__init__.py`, "");
  return uri(name, folder).fsPath;
}

/** The version that is offered for the import of rq in app.py; nothing where none is known. */
async function versionForQueue(folder = 0) {
  await vscode.workspace.openTextDocument(uri("app.py", folder)); // VS Code offers nothing for what is not open
  const titles = (await actions("app.py", "undeclared-import", vscode.CodeActionKind.QuickFix, folder)).map((action) => action.title);
  const title = titles.find((one) => /^Add rq\b/.test(one));
  check(title, JSON.stringify(titles));
  return /^Add rq==(\S+)/.exec(title)?.[1] ?? "";
}

/** Runs a task to its end; its exit code. */
function runTask(task) {
  return new Promise((resolve, reject) => {
    const ended = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution.task.name === task.name) {
        ended.dispose();
        resolve(event.exitCode);
      }
    });
    vscode.tasks.executeTask(task).then(undefined, reject);
  });
}

module.exports = {
  runSteps,
  expect,
  check,
  uri,
  open,
  findings,
  unused,
  expectFindings,
  actions,
  apply,
  textOf,
  undoAll,
  servers,
  set,
  makeEnvironment,
  versionForQueue,
  runTask,
  codeOf,
};
