// Which binary is started, and when none is. Runs against the bundle in the current folder.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

const { findServer } = await import(pathToFileURL(join(process.cwd(), "dist", "server.mjs")).href);

const root = mkdtempSync(join(tmpdir(), "pinlens-"));
after(() => rmSync(root, { recursive: true }));

function file(path, mode) {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, "");
  chmodSync(whole, mode);
  return whole;
}

const bundled = file("extension/server/pinlens", 0o755);
const onPath = file("bin/pinlens", 0o755);
const chosen = file("project/tools/pinlens", 0o755);
file("data/pinlens", 0o644);
mkdirSync(join(root, "folder", "pinlens"), { recursive: true });

const usual = {
  chosen: "",
  environment: "",
  trusted: true,
  extension: join(root, "extension"),
  folder: join(root, "project"),
  searchPath: [join(root, "nowhere"), join(root, "data"), join(root, "folder"), join(root, "bin")].join(delimiter),
};

test("PATH comes before the bundled binary; what is no executable file is passed over", () => {
  assert.deepEqual(findServer(usual), { binary: onPath });
  assert.deepEqual(findServer({ ...usual, searchPath: "" }), { binary: bundled });
});

test("the chosen binary comes first, absolute or relative to the folder", () => {
  assert.deepEqual(findServer({ ...usual, chosen }), { binary: chosen });
  assert.deepEqual(findServer({ ...usual, chosen: "tools/pinlens" }), { binary: chosen });
});

test("PINLENS_PATH comes behind the setting and before PATH", () => {
  assert.deepEqual(findServer({ ...usual, environment: bundled }), { binary: bundled });
  assert.deepEqual(findServer({ ...usual, chosen, environment: bundled }), { binary: chosen });
  const found = findServer({ ...usual, environment: join(root, "data", "pinlens") });
  assert.match(found.problem, /PINLENS_PATH/);
});

test("a chosen binary that is not there is told, and nothing else is started", () => {
  const found = findServer({ ...usual, chosen: "~/no/such/pinlens" });
  assert.match(found.problem, /pinlens\.path/);
  assert.ok(found.problem.includes(join(homedir(), "no", "such", "pinlens")), found.problem);
});

test("an untrusted workspace gets the bundled binary or none", () => {
  assert.deepEqual(findServer({ ...usual, trusted: false, chosen, environment: chosen }), { binary: bundled });
  const empty = findServer({ ...usual, trusted: false, chosen, extension: join(root, "empty") });
  assert.match(empty.problem, /untrusted/);
});

test("a relative entry of PATH is never searched", () => {
  const found = findServer({ ...usual, extension: join(root, "empty"), searchPath: `.${delimiter}${delimiter}bin` });
  assert.match(found.problem, /no pinlens on PATH/);
});
