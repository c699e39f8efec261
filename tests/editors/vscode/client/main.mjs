// Both stories in one VS Code. Arguments: the folder that `install` filled, the .vsix, an empty folder, the folder for pictures, and
// the two copies of the example, for the extension host and for the window.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { runHostStory } from "./host.mjs";
import { start } from "./session.mjs";
import { runUiStory } from "./ui/story.mjs";

const [cache, vsix, folder, pictures, forHost, forWindow] = process.argv.slice(2);
const session = await start({ cache, vsix, folder });
const installed = readdirSync(session.extensions).find((name) => name.startsWith("pinlens.pinlens-"));
const server = join(session.extensions, installed, "server", "pinlens");
const counts = [];
try {
  counts.push(await runHostStory(session, forHost, 15 * 60_000));
  counts.push(await runUiStory(session, forWindow, pictures, server));
} finally {
  await session.end();
}
const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(sum("failed") === 0 ? 0 : 1);
