// What the server is told of settings: those that are set, folder by folder. Runs against the bundle in the current folder.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { answers, expand, setValues, withEnvironment } = await import(pathToFileURL(join(process.cwd(), "dist", "values.mjs")).href);

const variables = { workspaceFolder: "/projects/shop", userHome: "/home/me", env: { NAME: "value" } };
const configured = (values) => ({ get: (name) => values[name] ?? "a default", isSet: (name) => name in values });

test("only what is set is sent; dots are objects", () => {
  const names = ["enable", "keep", "index.enabled", "index.timeout", "environment"];
  assert.deepEqual(setValues(names, configured({}), variables), {});
  const set = configured({ enable: false, keep: [], "index.enabled": true, environment: "${workspaceFolder}/env", unknown: 1 });
  const wanted = { enable: false, keep: [], index: { enabled: true }, environment: "/projects/shop/env" };
  assert.deepEqual(setValues(names, set, variables), wanted);
});

test("variables are replaced in texts, however deep; unknown ones and keys stay", () => {
  assert.equal(expand("${workspaceFolder}/${userHome}/${env:NAME}${env:NONE}", variables), "/projects/shop//home/me/value");
  assert.equal(expand("${workspaceFolder:other} ${file} $HOME ${}", variables), "${workspaceFolder:other} ${file} $HOME ${}");
  assert.deepEqual(expand({ "${userHome}": ["${userHome}", 1, null, true] }, variables), { "${userHome}": ["/home/me", 1, null, true] });
  assert.equal(expand("${workspaceFolder}/env", { ...variables, workspaceFolder: undefined }), "${workspaceFolder}/env");
});

test("the interpreter's environment stands in where none is set", () => {
  assert.deepEqual(withEnvironment({ keep: [] }, "/env"), { keep: [], environment: "/env" });
  assert.deepEqual(withEnvironment({ environment: "" }, "/env"), { environment: "/env" });
  assert.deepEqual(withEnvironment({ environment: "none" }, "/env"), { environment: "none" });
  assert.deepEqual(withEnvironment({ keep: [] }, undefined), { keep: [] });
});

test("each item is answered by its own scope, in its place; other sections are the editor's", () => {
  const items = [
    { section: "pinlens", scopeUri: "file:///a" },
    { section: "files", scopeUri: "file:///a" },
    { section: "pinlens", scopeUri: "file:///b" },
    { section: "pinlens" },
    { section: "other" },
  ];
  const got = answers(items, "pinlens", (scope) => `of ${scope}`, ["no", "files of a", "no", "no"]);
  assert.deepEqual(got, ["of file:///a", "files of a", "of file:///b", "of undefined", null]);
});
