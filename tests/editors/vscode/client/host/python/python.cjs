// The part of the Python extension's interface that tells of the selected interpreter, in the shapes that its documentation gives:
// a global interpreter is no environment.

const vscode = require("vscode");

exports.activate = function () {
  const changes = new vscode.EventEmitter();
  let folder;
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ id: folder ?? "/usr/bin/python3", path: folder ?? "/usr/bin/python3" }),
      resolveEnvironment: async (asked) => ({
        id: asked.id,
        environment: asked.id === "/usr/bin/python3" ? undefined : { folderUri: vscode.Uri.file(asked.path) },
      }),
      onDidChangeActiveEnvironmentPath: changes.event,
    },
    /** What a user does in the menu of interpreters; nothing selects the global one. */
    select(environment) {
      folder = environment;
      changes.fire({ id: folder, path: folder });
    },
  };
};
