// Where the server's binary is. Knows nothing of the editor, so that every rule can be read off the arguments.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** What decides which binary is started. */
export interface Situation {
  /** The setting `pinlens.path`; empty for none. */
  readonly chosen: string;
  /** The variable PINLENS_PATH of the editor's environment; empty for none. */
  readonly environment: string;
  /** Whether the user trusts the workspace. */
  readonly trusted: boolean;
  /** The folder of the extension. */
  readonly extension: string;
  /** The folder that a relative path counts from. */
  readonly folder: string | undefined;
  /** The value of PATH. */
  readonly searchPath: string;
}

/** A binary to start, or in words why there is none and what to do. */
export type Found = { readonly binary: string } | { readonly problem: string };

const NAME = process.platform === "win32" ? "pinlens.exe" : "pinlens";

/**
 * The binary of the setting; else that of PINLENS_PATH; else `pinlens` on PATH; else the one in the extension. An untrusted
 * workspace gets only the last: it could have brought the others. A binary that was named and is not there is a problem, never a
 * reason to start another one.
 */
export function findServer(situation: Situation): Found {
  const bundled = path.join(situation.extension, "server", NAME);
  if (!situation.trusted) {
    return isExecutable(bundled)
      ? { binary: bundled }
      : { problem: "This package of pinlens holds no server, and no other is started in an untrusted workspace." };
  }
  const named = [
    { value: situation.chosen, what: "The setting pinlens.path" },
    { value: situation.environment, what: "The variable PINLENS_PATH" },
  ].find(({ value }) => value !== "");
  if (named !== undefined) {
    const binary = resolve(named.value, situation.folder);
    return isExecutable(binary) ? { binary } : { problem: `${named.what} names ${binary}, which is no executable file.` };
  }
  const binary = [...onPath(situation.searchPath), bundled].find(isExecutable);
  return binary === undefined
    ? { problem: "There is no pinlens on PATH. Install it with `cargo install --path server/cli`, or set pinlens.path." }
    : { binary };
}

/** A named path made absolute, with `~/` for the home folder. */
function resolve(named: string, folder: string | undefined): string {
  const expanded = /^~[/\\]/.test(named) ? path.join(os.homedir(), named.slice(2)) : named;
  return path.resolve(folder ?? os.homedir(), expanded);
}

/** Where PATH says that the binary may be. A relative entry would mean the workspace, so it is left out. */
function onPath(searchPath: string): string[] {
  return searchPath
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, NAME));
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
