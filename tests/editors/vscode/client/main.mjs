// All stories in VS Code. Arguments: the folder that `install` filled, the .vsix, an empty folder, the folder for pictures, and a
// folder with copies of the example: `host` for the extension host, `first` and `second` for a workspace of two folders there,
// `window` for the window, and `untrusted`.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runHostStory } from "./host.mjs";
import { start } from "./session.mjs";
import { runUiStory } from "./ui/story.mjs";
import { runTrustStory } from "./ui/trust.mjs";

const [cache, vsix, folder, pictures, copies] = process.argv.slice(2);
const LIMIT = 15 * 60_000;
const counts = [];

/** Runs stories in a session of their own. */
async function inSession(name, options, run) {
  mkdirSync(join(folder, name));
  const session = await start({ cache, vsix, folder: join(folder, name), ...options });
  try {
    await run(session);
  } finally {
    await session.end();
  }
}

/** A workspace of both folders, the second with settings of its own. */
function workspaceOfTwo() {
  mkdirSync(join(copies, "second", ".vscode"));
  const settings = { "pinlens.severity": { "unused-requirement": "hint" } };
  writeFileSync(join(copies, "second", ".vscode", "settings.json"), JSON.stringify(settings));
  const file = join(copies, "two.code-workspace");
  writeFileSync(file, JSON.stringify({ folders: [{ path: "first" }, { path: "second" }] }));
  return file;
}

await inSession("trusting", {}, async (session) => {
  const one = { opened: join(copies, "host"), story: "story.cjs", standIns: ["python"] };
  const two = { opened: workspaceOfTwo(), story: "folders.cjs", standIns: ["environments"] };
  counts.push(await runHostStory(session, one, LIMIT));
  counts.push(await runHostStory(session, two, LIMIT));
  counts.push(await runUiStory(session, join(copies, "window"), pictures));
});
await inSession("asking", { asksForTrust: true }, async (session) => {
  counts.push(await runTrustStory(session, join(copies, "untrusted"), pictures));
});
const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(sum("failed") === 0 ? 0 : 1);
