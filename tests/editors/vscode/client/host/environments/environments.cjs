// The part of the interface of the extension Python Environments that tells of the selected interpreters, by folder, in the shapes
// that its documentation gives: a global interpreter is one of the system's.

const vscode = require("vscode");

const GLOBAL = { sysPrefix: "/usr", envId: { id: "/usr/bin/python3", managerId: "ms-python.python:system" } };

exports.activate = function () {
  const changes = new vscode.EventEmitter();
  const selected = new Map();
  return {
    getEnvironment: async (scope) => selected.get(scope?.toString()) ?? GLOBAL,
    onDidChangeEnvironment: changes.event,
    /** What a user does in the menu of interpreters; nothing selects the global one. */
    select(environment, folder) {
      const old = selected.get(folder.toString()) ?? GLOBAL;
      const chosen = environment && { sysPrefix: environment, envId: { id: environment, managerId: "ms-python.python:venv" } };
      selected.set(folder.toString(), chosen);
      changes.fire({ uri: folder, old, new: chosen ?? GLOBAL });
    },
  };
};
