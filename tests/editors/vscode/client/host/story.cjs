// One session of a user, told by VS Code's own interface, inside the extension host. The opened folder is a copy of the example
// application. Each step waits for what it wants, never for a time.

const vscode = require("vscode");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const kit = require("./kit.cjs");
const { expect, check, uri, open, expectFindings, unused, actions, apply, textOf, undoAll, servers, set, makeEnvironment } = kit;
const { versionForQueue, runTask } = kit;

const QUEUE_APP = "7:10-7:16 Error undeclared-import";
const REDIS = "5:6-5:11 Error undeclared-import";
const QUEUE_CONFIG = "6:6-6:8 Error undeclared-import";
const CELERY = "6:1-6:14 Warning unused-requirement";

exports.run = () => kit.runSteps(STEPS);

/** Waits for one server that is none of `old`, and for its findings. */
async function expectNewServer(old) {
  await expect(true, () => servers().length === 1 && !old.includes(servers()[0]));
  await expectFindings("app.py", [QUEUE_APP]);
}

async function rename(from, to) {
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(uri(from), uri(to));
  check(await vscode.workspace.applyEdit(edit), `${from} could not be renamed`);
}

/** A program that passes on what the server says and hears, until the file `mark` is there: then it listens no more, and ends later. */
const deafServer = (server, mark) => `#!/usr/bin/env python3
import os, subprocess, sys, threading, time
if os.path.exists(${JSON.stringify(mark)}):
    os.execv(${JSON.stringify(server)}, [${JSON.stringify(server)}, *sys.argv[1:]])
child = subprocess.Popen([${JSON.stringify(server)}, *sys.argv[1:]], stdin=subprocess.PIPE)
def hear():
    while data := os.read(0, 65536):
        child.stdin.write(data)
        child.stdin.flush()
threading.Thread(target=hear, daemon=True).start()
while not os.path.exists(${JSON.stringify(mark)}):
    time.sleep(0.05)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
time.sleep(2)
child.kill()
os._exit(1)
`;

const STEPS = [
  ["the installed extension activates by itself, and starts the server that it brought", async () => {
    const extension = vscode.extensions.getExtension("pinlens.pinlens");
    check(extension, "the extension is not installed");
    await expect(true, () => extension.isActive);
    await expect(1, () => servers().length);
    const binary = fs.readlinkSync(`/proc/${servers()[0]}/exe`);
    check(binary.startsWith(fs.realpathSync(extension.extensionPath)), `${binary} runs`);
  }],
  ["files have their findings before they are opened", async () => {
    await expectFindings("app.py", [QUEUE_APP]);
    await expectFindings("rq_config.py", [REDIS, QUEUE_CONFIG]);
    await expectFindings("requirements.txt", [CELERY]);
  }],
  ["opening them changes nothing; requirements.txt has its language", async () => {
    for (const name of ["app.py", "rq_config.py", "requirements.txt"]) {
      await open(name);
    }
    check(vscode.window.activeTextEditor.document.languageId === "pip-requirements", vscode.window.activeTextEditor.document.languageId);
    await expectFindings("app.py", [QUEUE_APP]);
    await expectFindings("rq_config.py", [REDIS, QUEUE_CONFIG]);
    await expectFindings("requirements.txt", [CELERY]);
  }],
  ["the unused requirement is shown as unnecessary", async () => {
    const [found] = vscode.languages.getDiagnostics(uri("requirements.txt"));
    check(found.tags?.includes(vscode.DiagnosticTag.Unnecessary), JSON.stringify(found));
  }],
  ["hovering an import tells its distribution and its file; hovering a requirement tells who imports it", async () => {
    const hover = async (name, line, column) => {
      const found = await vscode.commands.executeCommand("vscode.executeHoverProvider", uri(name), new vscode.Position(line, column));
      return found.flatMap((one) => one.contents).map((content) => content.value ?? content).join("\n");
    };
    const flask = await hover("app.py", 3, 6);
    check(flask.includes("flask") && flask.includes("requirements.txt"), flask);
    const requirement = await hover("requirements.txt", 1, 2);
    check(requirement.includes("app.py"), requirement);
  }],
  ["definition goes from an import to its requirement, references back", async () => {
    const place = (found) => `${vscode.workspace.asRelativePath(found.targetUri ?? found.uri)}:${(found.targetRange ?? found.range).start.line + 1}`;
    const ask = async (command, name, line, column) => {
      const found = await vscode.commands.executeCommand(command, uri(name), new vscode.Position(line, column));
      return found.map(place);
    };
    await expect(["requirements.txt:2"], () => ask("vscode.executeDefinitionProvider", "app.py", 3, 6));
    const imports = await ask("vscode.executeReferenceProvider", "requirements.txt", 1, 2);
    check(imports.includes("app.py:4"), JSON.stringify(imports));
  }],
  ["requirements have lenses that say who imports them", async () => {
    const titles = async () => {
      const found = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", uri("requirements.txt"), 20);
      return found.map((lens) => `${lens.range.start.line + 1} ${lens.command?.title} ${lens.command?.command}`);
    };
    await expect(true, async () => (await titles()).some((title) => title.startsWith("2 ") && title.endsWith("pinlens.showReferences")));
  }],
  ["a Dockerfile and a compose file say what follows of them, before they are saved", async () => {
    const files = {
      "serve.py": "import flask\n",
      "Dockerfile": 'FROM python:3.12-slim\nCOPY . .\nRUN pip install flask\nCMD ["python", "serve.py"]\n',
      "docker-compose.yml": "services:\n  site:\n    build: .\n",
    };
    for (const [name, text] of Object.entries(files)) {
      fs.writeFileSync(uri(name).fsPath, text);
    }
    const lenses = async (name) => {
      const found = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", uri(name), 20);
      return found.map((lens) => `${lens.range.start.line + 1} ${lens.command?.title}`);
    };
    const hover = async (name, line) => {
      const found = await vscode.commands.executeCommand("vscode.executeHoverProvider", uri(name), new vscode.Position(line, 2));
      return found.flatMap((one) => one.contents).map((content) => content.value ?? content).join("\n");
    };
    await open("docker-compose.yml");
    await expect(["2 installs no list that is known: starts"], () => lenses("docker-compose.yml"));
    const service = await hover("docker-compose.yml", 1);
    check(service.includes("site (docker-compose.yml:2)"), service);
    const editor = await open("Dockerfile");
    await expect(["3 installs 1 distribution"], () => lenses("Dockerfile"));
    const [from, start] = [await hover("Dockerfile", 0), await hover("Dockerfile", 3)];
    check(from.includes("runs Python 3.12") && start.includes("serve.py"), `${from}\n${start}`);
    await editor.edit((edit) => edit.replace(editor.document.lineAt(2).range, "RUN pip install boltons"));
    await expect(true, async () => (await lenses("docker-compose.yml")).some((title) => title.includes("crashes at serve.py:1")));
    check(editor.document.isDirty, "the Dockerfile was saved");
    await undoAll("Dockerfile");
    await expect(["2 installs no list that is known: starts"], () => lenses("docker-compose.yml"));
    for (const name of Object.keys(files)) {
      fs.rmSync(uri(name).fsPath);
    }
  }],
  ["a name that is typed into requirements.txt is completed", async () => {
    const editor = await open("requirements.txt");
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    editor.selection = new vscode.Selection(end, end);
    await vscode.commands.executeCommand("type", { text: "redi" });
    await expect(true, async () => {
      const at = editor.selection.active;
      const list = await vscode.commands.executeCommand("vscode.executeCompletionItemProvider", uri("requirements.txt"), at);
      return list.items.some((item) => (item.label.label ?? item.label) === "redis");
    });
    await undoAll("requirements.txt");
  }],
  ["a quick fix adds redis with the installed version; nothing is saved", async () => {
    const before = await textOf("requirements.txt");
    await apply(await actions("rq_config.py", "undeclared-import"), /^Add redis==5\.0\.1 /);
    check((await textOf("requirements.txt")) === `${before.trimEnd()}\nredis==5.0.1\n`, await textOf("requirements.txt"));
    await expectFindings("rq_config.py", [QUEUE_CONFIG]);
    check(fs.readFileSync(uri("requirements.txt").fsPath, "utf8") === before, "the file on disk has changed");
  }],
  ["a quick fix in app.py clears both importers of rq", async () => {
    await apply(await actions("app.py", "undeclared-import"), /^Add rq\b/);
    await expectFindings("app.py", []);
    await expectFindings("rq_config.py", []);
  }],
  ["undo in requirements.txt brings the findings back, one after the other; redo clears them", async () => {
    await open("requirements.txt");
    await vscode.commands.executeCommand("undo");
    await expectFindings("app.py", [QUEUE_APP]);
    await expectFindings("rq_config.py", [QUEUE_CONFIG]);
    await vscode.commands.executeCommand("undo");
    await expectFindings("rq_config.py", [REDIS, QUEUE_CONFIG]);
    await vscode.commands.executeCommand("redo");
    await expectFindings("rq_config.py", [QUEUE_CONFIG]);
    await undoAll("requirements.txt");
    await expectFindings("rq_config.py", [REDIS, QUEUE_CONFIG]);
  }],
  ["fixAll for the file adds what is missing", async () => {
    const kind = vscode.CodeActionKind.SourceFixAll.append("pinlens");
    await apply(await actions("app.py", "undeclared-import", kind), /./);
    await expectFindings("app.py", []);
    await undoAll("requirements.txt");
    await expectFindings("app.py", [QUEUE_APP]);
  }],
  ["an import of celery, typed and not saved, clears the finding in requirements.txt", async () => {
    const editor = await open("app.py");
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    editor.selection = new vscode.Selection(end, end);
    await vscode.commands.executeCommand("type", { text: "\nimport celery" });
    await expect([], unused);
    check(editor.document.isDirty, "app.py was saved");
  }],
  ["undo brings it back", async () => {
    await undoAll("app.py");
    await expect([CELERY], unused);
  }],
  ["renaming a module moves its findings and tells its importer, each time", async () => {
    for (let times = 0; times < 3; times += 1) {
      await rename("rq_config.py", "queue_config.py");
      await expectFindings("queue_config.py", [REDIS, QUEUE_CONFIG]);
      await expectFindings("rq_config.py", []);
      await expectFindings("app.py", [QUEUE_APP, "9:10-9:19 Warning unresolved-import"]);
      await rename("queue_config.py", "rq_config.py");
      await expectFindings("rq_config.py", [REDIS, QUEUE_CONFIG]);
      await expectFindings("queue_config.py", []);
      await expectFindings("app.py", [QUEUE_APP]);
    }
  }],
  ["changed settings are taken by the running server", async () => {
    const before = servers();
    await set("severity", { "unused-requirement": "info" });
    await expect(["6:1-6:14 Information unused-requirement"], unused);
    await set("keep", ["celery"]);
    await expect([], unused);
    await set("keep", undefined);
    await set("severity", undefined);
    await expect([CELERY], unused);
    check(JSON.stringify(servers()) === JSON.stringify(before), "the server was started again");
  }],
  ["a file that another program writes is seen, and is gone when it is deleted", async () => {
    fs.writeFileSync(uri("worker.py").fsPath, "import yaml\n");
    await expectFindings("worker.py", ["1:8-1:12 Error undeclared-import"]);
    fs.rmSync(uri("worker.py").fsPath);
    await expectFindings("worker.py", []);
  }],
  ["the interpreter selected in the Python extension is the environment that is read, and a change of it is seen", async () => {
    const python = vscode.extensions.getExtension("ms-python.python").exports;
    await expect("", versionForQueue);
    python.select(makeEnvironment("other-env", "rq", "1.16.0"));
    await expect("1.16.0", versionForQueue);
    await set("environment", uri(".venv").fsPath);
    await expect("", versionForQueue);
    await set("environment", undefined);
    await expect("1.16.0", versionForQueue);
    python.select(undefined);
    await expect("", versionForQueue);
    fs.rmSync(uri("other-env").fsPath, { recursive: true });
  }],
  ["the command Fix All adds what every file lacks, and saves nothing", async () => {
    const before = fs.readFileSync(uri("requirements.txt").fsPath, "utf8");
    await vscode.commands.executeCommand("pinlens.fixAll");
    await expectFindings("app.py", []);
    await expectFindings("rq_config.py", []);
    check(/^redis==5\.0\.1$/m.test(await textOf("requirements.txt")), await textOf("requirements.txt"));
    check(fs.readFileSync(uri("requirements.txt").fsPath, "utf8") === before, "the file on disk has changed");
    await undoAll("requirements.txt");
    await expectFindings("app.py", [QUEUE_APP]);
  }],
  ["the lens above main.py tells how it starts, and opens the chain", async () => {
    await open("main.py");
    const found = async () => {
      const lenses = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", uri("main.py"), 20);
      return lenses.find((lens) => lens.command?.title.startsWith("start-up: "))?.command;
    };
    await expect("start-up: 4 modules, 2 missing requirements", async () => (await found())?.title);
    const { command, arguments: values } = await found();
    check(command === "pinlens.showStartupChain", command);
    await vscode.commands.executeCommand(command, ...values);
    const shown = () => vscode.workspace.textDocuments.some((document) => document.uri.scheme === "pinlens-trace");
    await expect(true, shown);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  }],
  ["the start-up chain of main.py tells where it crashes", async () => {
    await open("main.py");
    await vscode.commands.executeCommand("pinlens.showStartupChain");
    const shown = () => vscode.workspace.textDocuments.find((document) => document.uri.scheme === "pinlens-trace")?.getText() ?? "";
    await expect(true, () => shown().includes("app.py"));
    check(/crashes at app\.py:7/.test(shown()), shown());
    const { uri: address } = vscode.workspace.textDocuments.find((document) => document.uri.scheme === "pinlens-trace");
    const links = await vscode.commands.executeCommand("vscode.executeLinkProvider", address);
    const targets = links.map((link) => `${vscode.workspace.asRelativePath(link.target.with({ fragment: "" }))}#${link.target.fragment}`);
    check(targets.includes("app.py#L7,10"), JSON.stringify(targets));
  }],
  ["the chain follows what is typed and not saved", async () => {
    const shown = () => vscode.workspace.textDocuments.find((document) => document.uri.scheme === "pinlens-trace")?.getText() ?? "";
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri("requirements.txt"), new vscode.Position(0, 0), "redis\nrq\n");
    check(await vscode.workspace.applyEdit(edit), "requirements.txt cannot be edited");
    await expect(true, () => shown().includes("no missing requirement"));
    await undoAll("requirements.txt");
    await open("main.py");
    await expect(true, () => shown().includes("crashes at app.py:7"));
  }],
  ["the command restarts the server", async () => {
    const old = servers();
    await vscode.commands.executeCommand("pinlens.restart");
    await expectNewServer(old);
  }],
  ["a server that is killed comes back by itself, and works", async () => {
    const old = servers();
    old.forEach((pid) => process.kill(pid, "SIGKILL"));
    await expectNewServer(old);
    await apply(await actions("app.py", "undeclared-import"), /^Add rq\b/);
    await expectFindings("app.py", []);
    await undoAll("requirements.txt");
  }],
  ["a server that hears no more, and dies later, comes back too", async () => {
    const [old] = servers();
    const mark = uri("deaf").fsPath;
    const program = path.join(os.tmpdir(), `pinlens-deaf-${process.pid}`);
    fs.writeFileSync(program, deafServer(fs.readlinkSync(`/proc/${old}/exe`), mark), { mode: 0o755 });
    await set("path", program);
    await expect([], servers);
    await expectFindings("app.py", [QUEUE_APP]);
    fs.writeFileSync(mark, "");
    const ask = (_, column) => vscode.commands.executeCommand("vscode.executeHoverProvider", uri("app.py"), new vscode.Position(6, column));
    await Promise.allSettled(Array.from({ length: 10 }, ask)); // each is an error of writing
    await expect(1, () => servers().length); // the second time, the program is the server itself
    await expectFindings("app.py", [QUEUE_APP]);
    await set("path", undefined);
    await expectNewServer(servers());
    fs.rmSync(mark);
    fs.rmSync(program);
  }],
  ["the task runs pinlens check; where the server shows open files only, its findings are listed for the others", async () => {
    const [task] = await vscode.tasks.fetchTasks({ type: "pinlens" });
    check(task?.name === "check", JSON.stringify(task));
    check(task.problemMatchers.length === 0, "what the server shows would be listed twice");
    check((await runTask(task)) === 1, "the findings are no failure");
    await set("diagnosticMode", "openFilesOnly");
    fs.writeFileSync(uri("never_opened.py").fsPath, "import yaml\n");
    const [other] = await vscode.tasks.fetchTasks({ type: "pinlens" });
    check((await runTask(other)) === 1, "the findings are no failure");
    await expectFindings("never_opened.py", ["1:8-1:8 Error undeclared-import"]); // the matcher knows no end
    await set("diagnosticMode", undefined);
  }],
];
