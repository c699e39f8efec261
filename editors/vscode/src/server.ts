// Where the server's binary is. Knows nothing of the editor, so that every rule can be read off the arguments.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** What decides which binary is started. */
export interface Situation {
  /** The setting `pinlens.path`; empty for none. */
  readonly chosen: string;
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
 * The chosen binary; else `pinlens` on PATH; else the one in the extension. An untrusted workspace gets only the last: it could
 * have brought the others. A chosen binary that is not there is a problem, never a reason to start another one.
 */
export function findServer(situation: Situation): Found {
  const bundled = path.join(situation.extension, "server", NAME);
  if (!situation.trusted) {
    return isExecutable(bundled)
      ? { binary: bundled }
      : { problem: "This package of pinlens holds no server, and no other is started in an untrusted workspace." };
  }
  if (situation.chosen !== "") {
    const binary = resolve(situation.chosen, situation.folder);
    return isExecutable(binary) ? { binary } : { problem: `The setting pinlens.path names ${binary}, which is no executable file.` };
  }
  const binary = [...onPath(situation.searchPath), bundled].find(isExecutable);
  return binary === undefined
    ? { problem: "There is no pinlens on PATH. Install it with `cargo install --path server/cli`, or set pinlens.path." }
    : { binary };
}

/** The chosen path made absolute, with `~/` for the home folder. */
function resolve(chosen: string, folder: string | undefined): string {
  const expanded = /^~[/\\]/.test(chosen) ? path.join(os.homedir(), chosen.slice(2)) : chosen;
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
