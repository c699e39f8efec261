// Runs a story of `host` inside VS Code's extension host, by VS Code's own hook for tests in a page. A product build listens to the hook
// only with a setting that code-server cannot be started with, so the setting is added to the page before VS Code reads it.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Opens a folder or a .code-workspace, runs the story of that file, and writes what it says. `standIns` are the folders of extensions
 * that stand in for others. Gives the story's counts; a failure where it did not come to its end.
 */
export async function runHostStory(session, { opened, story, standIns }, limit) {
  let ended;
  const end = new Promise((resolve) => (ended = resolve));
  const said = [];
  const page = await session.open(address(opened, story, standIns), async (page) => {
    await page.exposeFunction("codeAutomationLog", (_kind, words) => said.push(...say(words)));
    await page.exposeFunction("codeAutomationExit", (code) => ended(code));
    await page.addInitScript(enableTestHook);
  });
  const late = setTimeout(() => ended("no end in time"), limit);
  const code = await end;
  clearTimeout(late);
  await page.context().close();
  const counts = said.map((line) => /^(\d+) passed, (\d+) failed in the extension host$/.exec(line)).find(Boolean);
  if (!counts) {
    console.log(`FAIL  the story ${story} in the extension host ended with: ${code}`);
    return { passed: 0, failed: 1 };
  }
  return { passed: Number(counts[1]), failed: Number(counts[2]) };
}

function address(opened, story, standIns) {
  const uri = (...path) => `vscode-remote://remote${join(...path)}`;
  const payload = [
    ...standIns.map((name) => ["extensionDevelopmentPath", uri(here, "host", name)]),
    ["extensionTestsPath", uri(here, "host", story)],
    ["skipWelcome", "true"],
  ];
  const kind = opened.endsWith(".code-workspace") ? "workspace" : "folder";
  return `/?${kind}=${encodeURIComponent(opened)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/** The lines of the story among all that the extension host logs: they begin with a mark. */
function say(words) {
  const mark = "pinlens-story ";
  const lines = words.filter((word) => typeof word === "string" && word.startsWith(mark)).map((word) => word.slice(mark.length));
  lines.forEach((line) => console.log(line));
  return lines;
}

/** Runs in the page. */
function enableTestHook() {
  const original = Element.prototype.getAttribute;
  Element.prototype.getAttribute = function (name) {
    const value = original.call(this, name);
    if (name !== "data-settings" || this.id !== "vscode-workbench-web-configuration") {
      return value;
    }
    const settings = JSON.parse(value);
    settings.developmentOptions = { ...settings.developmentOptions, enableSmokeTestDriver: true };
    return JSON.stringify(settings);
  };
}
