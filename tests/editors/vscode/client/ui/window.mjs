// What a user does in VS Code's window, and what they see there.

import { expect } from "../steps.mjs";

export class Window {
  constructor(page) {
    this.page = page;
  }

  /** Waits until the window is there and shows the folder's files. */
  async ready() {
    await this.page.waitForSelector(".explorer-folders-view .monaco-list-row");
  }

  /** Opens a file of the folder by its name, by the quick input. */
  async openFile(name) {
    await this.choose("Control+p", name, `.quick-input-list .monaco-list-row[aria-label^="${name}"]`);
    await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`);
    await this.page.waitForSelector(".editor-group-container.active .view-line");
  }

  /** Runs a command by its title in the palette. */
  async command(title) {
    await this.choose("F1", `>${title}`, `.quick-input-list .monaco-list-row[aria-label^="${title}"]`);
  }

  /** Opens the panel of problems. Its key would close it where it is open and has the focus. */
  async openProblems() {
    await this.command("Problems: Focus on Problems View");
    await this.page.locator(".markers-panel .monaco-list-row").first().waitFor();
  }

  async closePanel() {
    await this.command("View: Hide Panel");
    await this.page.locator(".markers-panel").waitFor({ state: "hidden" });
  }

  /** Runs a command that goes on asking; gives the first row of what it offers. */
  async commandThatAsks(title, question) {
    await this.pick("F1", `>${title}`, `.quick-input-list .monaco-list-row[aria-label^="${title}"]`);
    await this.page.locator(`.quick-input-widget input[placeholder="${question}"]`).waitFor();
    return this.page.locator(".quick-input-list .monaco-list-row").first();
  }

  async choose(key, text, row) {
    await this.pick(key, text, row);
    await this.input().waitFor({ state: "hidden" });
    await this.page.mouse.move(0, 0); // where it clicked, a tip would open
  }

  /** Opens the quick input and takes a row of it. */
  async pick(key, text, row) {
    await this.fill(key, text, (limits) => this.page.locator(row).first().click(limits));
  }

  /** Opens the quick input by its key, fills it and goes on; again where an editor that gets the focus late has closed it. */
  async fill(key, text, goOn) {
    const limits = { timeout: 10_000 };
    await expect(true, async () => {
      try {
        await this.page.keyboard.press(key);
        await this.input().fill(text, limits);
        await goOn(limits);
        return true;
      } catch {
        await this.page.keyboard.press("Escape");
        return false;
      }
    });
  }

  input() {
    return this.page.locator(".quick-input-widget input[type=text]").first();
  }

  /** Each squiggle in view in the editor of `name`: its severity and the text right above it, as drawn. */
  squiggles(name) {
    return this.page.evaluate(readSquiggles, `/${name}`);
  }

  /** Closes all editors; none may hold what is not saved. */
  async closeAll() {
    await this.command("View: Close All Editors");
    await this.page.locator(".tab").first().waitFor({ state: "detached" });
  }

  /** Waits for the page of a code, rendered, in the active editor. */
  async expectPage(code) {
    await this.page.locator(".tab.active").filter({ hasText: `${code}.md` }).waitFor();
    await expect(true, async () => {
      const headings = this.page.frames().map((frame) => frame.locator("h1").first().textContent({ timeout: 1_000 }).catch(() => ""));
      return (await Promise.all(headings)).includes(code);
    });
  }

  async expectSquiggles(name, wanted) {
    await expect(wanted, () => this.squiggles(name));
  }

  /** Puts the cursor to a line and column of the active editor. */
  async goTo(line, column) {
    await this.fill("Control+g", `:${line}:${column}`, () => this.page.keyboard.press("Enter"));
    await this.input().waitFor({ state: "hidden" });
  }

  /** The text of the editor of `name`, as far as it is in view, without what is only shown in it. */
  lines(name) {
    return this.page.evaluate((end) => {
      const editor = [...document.querySelectorAll(".monaco-editor[data-uri]")].find((found) => found.dataset.uri.endsWith(end));
      const top = (line) => parseFloat(line.style.top);
      const lines = [...(editor?.querySelectorAll(".view-line") ?? [])].sort((a, b) => top(a) - top(b));
      const own = (line) => [...line.querySelectorAll("span > span")].filter((part) => !/ced-|dyn-rule/.test(part.className));
      return lines.map((line) => own(line).map((part) => part.textContent).join("").replaceAll("\u00a0", " "));
    }, `/${name}`);
  }

  /** Moves the pointer over the first squiggle of a file and waits for a hover that holds all of `texts`. */
  async hover(name, texts) {
    const box = await this.page.evaluate(boxOfSquiggle, `/${name}`);
    const hover = this.page.locator(".monaco-hover:visible").filter({ hasText: texts[0] }).first();
    await this.page.mouse.move(box.x + box.width / 2, box.y + 40);
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 - 4, { steps: 5 });
    await hover.waitFor({ state: "visible" });
    for (const text of texts) {
      await hover.filter({ hasText: text }).first().waitFor({ state: "visible" });
    }
  }

  /** Opens the menu of fixes at the cursor, and waits for an entry that holds `text`; again where it closed or came too early. */
  async openFixes(text) {
    const entry = this.page.locator(".action-widget .monaco-list-row").filter({ hasText: text }).first();
    await expect(true, async () => {
      await this.page.keyboard.press("Control+.");
      const wait = entry.waitFor({ state: "visible", timeout: 10_000 });
      return wait.then(() => true, () => this.page.keyboard.press("Escape"));
    });
    return entry;
  }
}

/** Runs in the page. What stands above each squiggle is read off the places of the characters on the screen. */
function readSquiggles(end) {
  const editor = [...document.querySelectorAll(".monaco-editor[data-uri]")].find((found) => found.dataset.uri.endsWith(end));
  if (!editor) return "no editor";
  const marks = { "squiggly-error": "error", "squiggly-warning": "warning", "squiggly-info": "info", "squiggly-unnecessary": "faded" };
  const found = [];
  for (const [name, severity] of Object.entries(marks)) {
    for (const squiggle of editor.querySelectorAll(`.cdr.${name}`)) {
      const box = squiggle.getBoundingClientRect();
      if (box.width > 0) found.push({ top: box.top, left: box.left, seen: `${severity}: ${textAbove(editor, box)}` });
    }
  }
  found.sort((a, b) => a.top - b.top || a.left - b.left);
  return found.map((one) => one.seen);

  function textAbove(editor, box) {
    let text = "";
    for (const line of editor.querySelectorAll(".view-line")) {
      const area = line.getBoundingClientRect();
      const middle = box.top + box.height / 2;
      if (middle < area.top || middle > area.bottom) continue;
      const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (let index = 0; index < node.length; index += 1) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + 1);
          const { left, right } = range.getBoundingClientRect();
          const center = (left + right) / 2;
          if (center > box.left && center < box.right) text += node.data[index];
        }
      }
    }
    return text.replaceAll("\u00a0", " ");
  }
}

/** Runs in the page. */
function boxOfSquiggle(end) {
  const editor = [...document.querySelectorAll(".monaco-editor[data-uri]")].find((found) => found.dataset.uri.endsWith(end));
  const { x, y, width, height } = editor.querySelector(".cdr[class*=squiggly-]").getBoundingClientRect();
  return { x, y, width, height };
}
