// Makes the .vsix. Usage: npm run package -- [--target TARGET] [--binary PATH] [--pages FOLDER] [--licences FILE] [--out FILE]
// With a binary the package is for one platform alone and brings its server; TARGET is this platform's unless named. Without one
// given, the release build at hand is taken (`cargo build --release`) where it is this platform's; where there is none, the package
// is for every platform and finds the server on PATH.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** The platforms of VS Code that pinlens is built for. */
const TARGETS = ["linux-x64", "linux-arm64", "linux-armhf", "alpine-x64", "alpine-arm64", "darwin-x64", "darwin-arm64", "win32-x64", "win32-arm64"];

const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, "..", "..");
const own = `${process.platform}-${process.arch}`;

function fail(problem) {
  console.error(`package: ${problem}`);
  process.exit(1);
}

function readArguments() {
  const text = { type: "string" };
  try {
    return parseArgs({ options: { target: text, binary: text, pages: text, licences: text, out: text } }).values;
  } catch (error) {
    fail(error.message);
  }
}

/** The binary to pack, and for which target; nothing for a package without one. */
function chooseServer({ target, binary }) {
  if (target !== undefined && !TARGETS.includes(target)) {
    fail(`there is no target ${target}; known are ${TARGETS.join(", ")}`);
  }
  if (binary !== undefined) {
    if (!existsSync(binary) || !statSync(binary).isFile()) fail(`there is no binary at ${resolve(binary)}`);
    return { target: target ?? own, binary };
  }
  const built = join(repository, "target", "release", serverName(own));
  if (existsSync(built) && (target ?? own) === own) {
    return { target: own, binary: built };
  }
  if (target !== undefined) {
    fail(`a package for ${target} needs its server: name the one that is built for it, --binary PATH`);
  }
  console.log(`no binary at ${built}: packing without a server`);
  return undefined;
}

function serverName(target) {
  return target.startsWith("win32") ? "pinlens.exe" : "pinlens";
}

const chosen = readArguments();
const server = chooseServer(chosen);
const pages = chosen.pages ?? join(repository, "docs", "diagnostics");
if (!existsSync(pages)) fail(`there are no pages of the diagnostics at ${pages}`);

for (const folder of ["server", "docs"]) {
  rmSync(join(here, folder), { recursive: true, force: true });
}
rmSync(join(here, "THIRD-PARTY-LICENSES.txt"), { force: true });
cpSync(pages, join(here, "docs"), { recursive: true });
if (server !== undefined) {
  const packed = join(here, "server", serverName(server.target));
  mkdirSync(dirname(packed));
  copyFileSync(server.binary, packed);
  chmodSync(packed, 0o755);
  // the binary contains the work of others, whose licences come with it
  copyFileSync(chosen.licences ?? join(repository, "THIRD-PARTY-LICENSES.txt"), join(here, "THIRD-PARTY-LICENSES.txt"));
}

const vsce = join(here, "node_modules", "@vscode", "vsce", "vsce");
const options = ["--no-dependencies", "--out", resolve(chosen.out ?? join(here, "pinlens.vsix"))];
const target = server === undefined ? [] : ["--target", server.target];
execFileSync(process.execPath, [vsce, "package", ...options, ...target], { cwd: here, stdio: "inherit" });
