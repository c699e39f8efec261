// One session of a user in VS Code's window, by keys and pointer. The opened folder is a copy of the example application. Each step
// waits for what it wants, never for a time. The pictures of README are made here.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { processesOf } from "../session.mjs";
import { counter, expect } from "../steps.mjs";
import { Window } from "./window.mjs";

const QUEUE_APP = ["error: rq.job"];
const CONFIG = ["error: redis", "error: rq"];

/** The part of the window right of the files' names, down to where the panel begins, and the whole of it. */
const EDITOR = { x: 327, y: 36, width: 770, height: 310 };
const EDITOR_AND_PANEL = { ...EDITOR, height: 572 };

/** Runs the story on `workspace`; pictures go to `pictures`. Gives the counts. */
export async function runUiStory(session, workspace, pictures) {
  const { server } = session;
  mkdirSync(pictures, { recursive: true });
  const page = await session.open(`/?folder=${encodeURIComponent(workspace)}`);
  const window = new Window(page);
  const whole = (name) => page.screenshot({ path: join(pictures, `${name}.png`) });
  const picture = (name, clip) => page.screenshot({ path: join(pictures, `${name}.png`), clip, caret: "initial" });
  const { count, step } = counter(console.log, (name) => whole(`failed-${name.replaceAll(/\W+/g, "-").slice(0, 60)}`));
  const press = (key) => page.keyboard.press(key);

  await step("the window opens on the folder", () => window.ready());

  await step("app.py: a squiggle stands below rq.job, and nowhere else", async () => {
    await window.openFile("app.py");
    await window.expectSquiggles("app.py", QUEUE_APP);
    await picture("squiggles", EDITOR);
  });

  await step("hovering over it tells what is missing, and where", async () => {
    await window.hover("app.py", ["is not in requirements.txt", "rq"]);
    await picture("hover", { ...EDITOR, height: 380 });
    await press("Escape");
  });

  await step("the Problems panel lists all three files", async () => {
    await window.openProblems();
    for (const name of ["app.py", "rq_config.py", "requirements.txt"]) {
      await page.locator(".markers-panel .monaco-list-row").filter({ hasText: name }).first().waitFor();
    }
    await picture("problems", EDITOR_AND_PANEL);
    await window.closePanel();
  });

  await step("the code of a finding leads to its page, which is shown as it is meant to be read", async () => {
    await window.openProblems();
    await page.locator(".markers-panel .code-link, .markers-panel a").filter({ hasText: "undeclared-import" }).first().click();
    await window.expectPage("undeclared-import");
    await picture("page", { ...EDITOR, height: 380 });
    await window.closePanel();
    await window.closeAll();
  });

  await step("the command Explain a Diagnostic offers those at the cursor first, and shows the page", async () => {
    await window.openFile("app.py");
    await window.goTo(7, 12);
    const first = await window.commandThatAsks("pinlens: Explain a Diagnostic", "The diagnostic to explain");
    await first.filter({ hasText: "undeclared-import" }).filter({ hasText: "at the cursor" }).click();
    await window.expectPage("undeclared-import");
    await window.closeAll();
  });

  await step("the command Show Start-up Chain opens the tree beside the file; a line leads to its place", async () => {
    await window.openFile("main.py");
    await window.command("pinlens: Show Start-up Chain");
    await page.waitForSelector('.tab[data-resource-name="main.py (start-up)"]');
    await page.locator(".view-line").filter({ hasText: /main\.py\scrashes\sat\sapp\.py:7/ }).first().waitFor();
    const link = page.locator(".detected-link").filter({ hasText: "app.py" }).first();
    await link.waitFor();
    await picture("start-up", EDITOR);
    await link.click({ modifiers: ["Control"] });
    await page.waitForSelector('.tab.active[data-resource-name="main.py"][aria-selected="true"]');
    await window.closeAll();
  });

  await step("the menu of quick fixes offers to add rq; choosing it clears the squiggle", async () => {
    await window.openFile("app.py");
    await window.goTo(7, 12);
    const entry = await window.openFixes("Add rq ");
    await picture("quick-fix", { ...EDITOR, height: 380 });
    await entry.click();
    await window.expectSquiggles("app.py", []);
  });

  await step("and the one of the other importer, which is not touched", async () => {
    await window.openFile("rq_config.py");
    await window.expectSquiggles("rq_config.py", ["error: redis"]);
  });

  await step("the quick fix of redis clears the rest", async () => {
    await window.goTo(5, 8);
    await (await window.openFixes("Add redis==5.0.1")).click();
    await window.expectSquiggles("rq_config.py", []);
  });

  await step("requirements.txt holds both, unsaved; the unused pin is faded", async () => {
    await window.openFile("requirements.txt");
    await expect(["redis==5.0.1", "rq"], async () => (await window.lines("requirements.txt")).filter((line) => /^(redis|rq)/.test(line)).sort());
    await page.waitForSelector('.tab.dirty[data-resource-name="requirements.txt"]');
    await window.expectSquiggles("requirements.txt", ["warning: celery==5.3.4", "info: rq"]);
  });

  await step("a lens above each requirement tells who imports it; it opens the imports", async () => {
    const lens = page.locator(".codelens-decoration a").filter({ hasText: /import/ }).first();
    await lens.waitFor();
    await picture("code-lens", EDITOR);
    await lens.click();
    await page.locator(".zone-widget .peekview-widget").first().waitFor();
    await press("Escape");
    await page.locator(".zone-widget .peekview-widget").first().waitFor({ state: "detached" });
    await page.locator('.editor-group-container.active .view-line').first().click();
  });

  await step("the language status tells the server's version and what it has read", async () => {
    await page.locator("#status\\.languageStatus, [id^='status.languageStatus']").first().click();
    const item = page.locator(".hover-language-status").filter({ hasText: /pinlens \d/ }).first();
    await item.waitFor();
    await whole("status");
    await press("Escape");
  });

  await step("the walkthrough is there, and its pages are shown", async () => {
    const first = await window.commandThatAsks("Welcome: Open Walkthrough...", "Select a walkthrough to open");
    await page.keyboard.type("pinlens");
    await first.filter({ hasText: "pinlens" }).click();
    await page.locator(".getting-started-step").filter({ hasText: "See what is missing" }).first().waitFor();
    await expect(true, async () => {
      const texts = page.frames().map((frame) => frame.locator("body").textContent({ timeout: 1_000 }).catch(() => ""));
      return (await Promise.all(texts)).some((text) => text.includes("no requirement declares rq"));
    });
    await whole("walkthrough");
    await window.openFile("requirements.txt");
  });

  await step("undo in requirements.txt brings the squiggles back", async () => {
    await press("Control+z");
    await press("Control+z");
    await window.openFile("rq_config.py");
    await window.expectSquiggles("rq_config.py", CONFIG);
    await window.openFile("app.py");
    await window.expectSquiggles("app.py", QUEUE_APP);
  });

  await step("an import of celery, typed and not saved, clears the unused pin beside it", async () => {
    await window.openFile("requirements.txt");
    await press("Control+Backslash");
    await window.openFile("app.py");
    await window.expectSquiggles("requirements.txt", ["warning: celery==5.3.4"]);
    await press("Control+End");
    await page.keyboard.type("\nimport celery");
    await window.expectSquiggles("requirements.txt", []);
    await page.waitForSelector('.tab.dirty[data-resource-name="app.py"]');
    await page.locator(".codelens-decoration").filter({ hasText: "not imported" }).first().waitFor({ state: "detached" });
    await page.locator(".codelens-decoration").filter({ hasText: "imported by 1 file" }).nth(2).waitFor();
    await picture("unsaved", EDITOR_AND_PANEL);
  });

  await step("undo brings it back", async () => {
    await window.command("File: Revert File");
    await window.expectSquiggles("requirements.txt", ["warning: celery==5.3.4"]);
    await window.closeAll();
  });

  await step("a renamed file keeps its squiggles, and its importer is told", async () => {
    const rename = async (from, to) => {
      await page.locator(".explorer-folders-view .monaco-list-row").filter({ hasText: from }).first().click();
      await press("F2");
      const input = page.locator(".explorer-item-edited input");
      await input.fill(to);
      await input.press("Enter");
      await page.locator(".explorer-folders-view .monaco-list-row").filter({ hasText: to }).first().waitFor();
    };
    await rename("rq_config.py", "queue_config.py");
    await window.openFile("queue_config.py");
    await window.expectSquiggles("queue_config.py", CONFIG);
    await window.openFile("app.py");
    await window.expectSquiggles("app.py", [...QUEUE_APP, "warning: rq_config"]);
    await rename("queue_config.py", "rq_config.py");
    await window.openFile("app.py");
    await window.expectSquiggles("app.py", QUEUE_APP);
  });

  await step("the settings editor turns the findings off and on", async () => {
    await window.command("Preferences: Open Settings (UI)");
    const search = page.locator(".settings-editor .suggest-input-container .monaco-editor");
    await search.click();
    await page.keyboard.type("@id:pinlens.enable");
    const box = page.locator('.settings-editor [data-key="pinlens.enable"] .setting-value-checkbox');
    await box.click();
    await whole("setting");
    await window.openFile("app.py");
    await window.expectSquiggles("app.py", []);
    await window.command("Preferences: Open Settings (UI)");
    await box.click();
    await window.openFile("app.py");
    await window.expectSquiggles("app.py", QUEUE_APP);
  });

  const newServer = async (old) => {
    await expect(true, () => processesOf(server).length === 1 && !old.includes(processesOf(server)[0]));
    await window.expectSquiggles("app.py", QUEUE_APP);
  };

  await step("the palette restarts the server", async () => {
    const old = processesOf(server);
    await window.command("pinlens: Restart Server");
    await newServer(old);
  });

  await step("a server that is killed comes back, and offers its fixes", async () => {
    const old = processesOf(server);
    old.forEach((pid) => process.kill(pid, "SIGKILL"));
    await newServer(old);
    await window.openFile("app.py");
    await window.goTo(7, 12);
    await window.openFixes("Add rq ");
    await press("Escape");
  });

  await step("nothing outside this machine was asked for", async () => {
    if (session.outside.size > 0) throw new Error([...session.outside].join(", "));
  });

  await page.context().close();
  return count;
}
