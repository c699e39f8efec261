// Makes the .vsix. With a release build of the server at hand (`cargo build --release`), it goes into the package, which then is
// for this platform alone; without one the package is for every platform and finds the server on PATH.
// Arguments: the binary to take instead of the release build.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const platform = process.argv[3] ?? `${process.platform}-${process.arch}`;
const name = platform.startsWith("win32") ? "pinlens.exe" : "pinlens";
const built = process.argv[2] ?? join(here, "..", "..", "target", "release", name);

rmSync(join(here, "server"), { recursive: true, force: true });
const target = [];
if (existsSync(built)) {
  const packed = join(here, "server", name);
  mkdirSync(dirname(packed));
  copyFileSync(built, packed);
  chmodSync(packed, 0o755);
  target.push("--target", platform);
} else if (process.argv[2] !== undefined) {
  throw new Error(`there is no binary at ${built}`);
} else {
  console.log(`no binary at ${built}: packing without a server`);
}

const vsce = join(here, "node_modules", "@vscode", "vsce", "vsce");
const options = ["--no-dependencies", "--allow-missing-repository", "--out", "pinlens.vsix"];
execFileSync(process.execPath, [vsce, "package", ...options, ...target], { cwd: here, stdio: "inherit" });
