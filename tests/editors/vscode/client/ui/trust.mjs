// A workspace that the user does not trust, and then does. Its settings name a server and an environment of its own.

import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processesOf } from "../session.mjs";
import { counter, expect } from "../steps.mjs";
import { Window } from "./window.mjs";

/** Runs the story on `workspace` in a session that asks for trust; pictures of failures go to `pictures`. Gives the counts. */
export async function runTrustStory(session, workspace, pictures) {
  const own = join(workspace, "tools", "pinlens");
  mkdirSync(join(workspace, "tools"));
  copyFileSync(session.server, own);
  mkdirSync(join(workspace, ".vscode"));
  const settings = { "pinlens.path": "tools/pinlens", "pinlens.environment": "other-env", "pinlens.severity": { "unused-requirement": "info" } };
  writeFileSync(join(workspace, ".vscode", "settings.json"), JSON.stringify(settings));
  makeEnvironment(join(workspace, "other-env"));

  const page = await session.open(`/?folder=${encodeURIComponent(workspace)}`);
  const window = new Window(page);
  const whole = (name) => page.screenshot({ path: join(pictures, `${name}.png`) });
  const { count, step } = counter(console.log, (name) => whole(`failed-${name.replaceAll(/\W+/g, "-").slice(0, 60)}`));
  const offersQueue = async (title) => {
    await window.openFile("app.py");
    await window.goTo(7, 12);
    await window.openFixes(title);
    await page.keyboard.press("Escape");
  };

  await step("an untrusted workspace: the window says that it is restricted, and there are squiggles", async () => {
    await window.ready();
    await page.locator(".statusbar-item").filter({ hasText: "Restricted Mode" }).waitFor();
    await window.openFile("app.py");
    await window.expectSquiggles("app.py", ["error: rq.job"]);
  });

  await step("the server is the one that the extension brought, not the one that the workspace names", async () => {
    await expect(1, () => processesOf(session.server).length);
    if (processesOf(own).length > 0) throw new Error("the workspace's own binary runs");
  });

  await step("settings that choose nothing to run count; the environment that the workspace names is not read", async () => {
    await window.openFile("requirements.txt");
    await window.expectSquiggles("requirements.txt", ["info: celery==5.3.4"]);
    await offersQueue("Add rq to requirements.txt");
    await page.locator(".action-widget").first().waitFor({ state: "hidden" });
  });

  await step("once the workspace is trusted, both are taken up", async () => {
    await window.command("Workspaces: Manage Workspace Trust");
    await page.locator(".workspace-trust-editor .monaco-button").filter({ hasText: /^Trust$/ }).first().click();
    await page.locator(".statusbar-item").filter({ hasText: "Restricted Mode" }).waitFor({ state: "detached" });
    await expect([1, 0], () => [processesOf(own).length, processesOf(session.server).length]);
    await offersQueue("Add rq==1.16.0");
  });

  await page.context().close();
  return count;
}

/** An environment that holds rq 1.16.0. */
function makeEnvironment(folder) {
  const site = join(folder, "lib", "python3.12", "site-packages");
  const info = join(site, "rq-1.16.0.dist-info");
  mkdirSync(join(site, "rq"), { recursive: true });
  mkdirSync(info);
  writeFileSync(join(folder, "pyvenv.cfg"), "home = /usr/bin\nversion = 3.12.3\n");
  writeFileSync(join(info, "METADATA"), "Metadata-Version: 2.1\nName: rq\nVersion: 1.16.0\n");
  writeFileSync(join(info, "RECORD"), "rq/__init__.py,,\n");
  writeFileSync(join(site, "rq", "__init__.py"), "");
}
