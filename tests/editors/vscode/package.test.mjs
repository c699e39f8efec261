// What package.mjs refuses, and how it says so. Runs in a copy of editors/vscode; the argument after -- is the folder of the pages.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";

function refusal(...words) {
  const result = spawnSync(process.execPath, ["package.mjs", "--out", "refused.vsix", ...words], { encoding: "utf8" });
  assert.equal(result.status, 1, result.stdout);
  assert.ok(!existsSync("refused.vsix"));
  return result.stderr;
}

test("a target without its binary is told which argument it needs", () => {
  const other = process.platform === "darwin" ? "linux-x64" : "darwin-arm64";
  assert.match(refusal("--target", other), new RegExp(`${other} needs its server.*--binary`));
});

test("an unknown target, a binary or pages that are not there, and an unknown argument are told", () => {
  assert.match(refusal("--target", "amiga-68k", "--binary", "package.mjs"), /no target amiga-68k; known are .*linux-x64/);
  assert.match(refusal("--binary", "no/such/file"), /no binary at .*no\/such\/file/);
  assert.match(refusal("--binary", "package.mjs", "--pages", "no/such/folder"), /no pages .* at no\/such\/folder/);
  assert.match(refusal("stray"), /stray/);
});
