// One code-server and one Chromium for all stories: started, waited for, and ended with everything that they started.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { join } from "node:path";

/** How long the slowest machine may take for one thing. */
export const LIMIT = 60_000;

const SETTINGS = {
  "chat.disableAIFeatures": true,
  "editor.minimap.enabled": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "git.enabled": false,
  "problems.defaultViewMode": "tree",
  "security.workspace.trust.banner": "never",
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.restoreWindows": "none",
  "workbench.colorTheme": "Default Light Modern",
  "workbench.editor.useModal": "off",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

const NO_GALLERY = JSON.stringify({ serviceUrl: "", itemUrl: "", resourceUrlTemplate: "" });

/** VS Code's name, within a webview, for files of this machine: its service worker answers what is asked of it. */
const IN_WEBVIEWS = ".vscode-resource.vscode-cdn.net";

/**
 * Starts VS Code with the extension of `vsix` installed. `cache` is what `install` made, `folder` an empty folder for all that the
 * two programs write. Every workspace is trusted unless `asksForTrust`. The answer's `open` loads a page; `end` stops everything.
 */
export async function start({ cache, vsix, folder, asksForTrust = false }) {
  const code = join(cache, "node_modules", ".bin", "code-server");
  const data = join(folder, "data");
  const extensions = join(folder, "extensions");
  const places = ["--user-data-dir", data, "--extensions-dir", extensions];
  const env = environment(cache, folder);
  mkdirSync(join(data, "User"), { recursive: true });
  writeFileSync(join(data, "User", "settings.json"), JSON.stringify({ ...SETTINGS, "security.workspace.trust.enabled": asksForTrust }, null, 2));
  execFileSync(code, [...places, "--install-extension", vsix], { env, stdio: ["ignore", "ignore", "pipe"] });

  const port = await freePort();
  const log = openSync(join(folder, "code-server.log"), "w");
  const quiet = ["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
  if (!asksForTrust) quiet.push("--disable-workspace-trust");
  const server = spawn(code, ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, ...places, ...quiet], {
    env,
    detached: true, // a group of its own, to be ended whole
    stdio: ["ignore", log, log],
  });
  const endServer = () => killGroup(server.pid);
  process.on("exit", endServer);
  const address = `http://127.0.0.1:${port}`;
  await answered(`${address}/healthz`, server);

  const { chromium } = createRequire(join(cache, "package.json"))("playwright-core");
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"],
  });
  const outside = new Set();
  const installed = readdirSync(extensions).find((name) => name.startsWith("pinlens.pinlens-"));
  return {
    outside,
    /** The server in the extension as it is installed. */
    server: join(extensions, installed, "server", "pinlens"),
    async open(path, prepare = async () => {}) {
      const context = await browser.newContext({ viewport: { width: 1100, height: 640 } });
      const page = await context.newPage();
      page.setDefaultTimeout(LIMIT);
      page.on("request", (request) => {
        const url = new URL(request.url());
        const isOutside = url.hostname !== "127.0.0.1" && !url.hostname.endsWith(IN_WEBVIEWS);
        if (/^(http|ws)/.test(url.protocol) && isOutside) outside.add(url.origin);
      });
      await prepare(page);
      await page.goto(address + path);
      return page;
    },
    async end() {
      await browser.close();
      endServer();
    },
  };
}

/** The environment of the two programs: nothing of the user's own, no other pinlens, no Python environment. */
function environment(cache, folder) {
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  const path = [join(cache, "bin"), "/usr/local/bin", "/usr/bin", "/bin"].join(":");
  return { PATH: path, HOME: home, LANG: "C.UTF-8", EXTENSIONS_GALLERY: NO_GALLERY };
}

/** A port that nothing listens on, as the system gives it. */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function answered(url, server) {
  for (const end = Date.now() + LIMIT; Date.now() < end; ) {
    if (server.exitCode !== null) throw new Error(`code-server ended with ${server.exitCode}`);
    const ok = await fetch(url).then((response) => response.ok, () => false);
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`code-server does not answer at ${url}`);
}

function killGroup(leader) {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // it has ended already
  }
}

/** The processes that run the executable `file`, by its path. */
export function processesOf(file) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => argumentsOf(pid)[0] === file)
    .map(Number);
}

function argumentsOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // it has ended meanwhile
  }
}
