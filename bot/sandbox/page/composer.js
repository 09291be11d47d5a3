// The composer: commands with hints, a draft for each place, and nothing lost when sending fails.

import { $, el, warn } from "./dom.js";

export class Composer {
  // `key` names the place a draft belongs to; `send` returns whether the text has gone.
  constructor({ key, send }) {
    this.key = key;
    this.send = send;
    this.drafts = new Map();
    this.hints = [];
    this.start = [];
    this.rows = [];
    this.active = -1;
    this.text = $("text");
    this.text.addEventListener("input", () => this.changed());
    this.text.addEventListener("keydown", (event) => this.pressed(event));
    this.text.addEventListener("blur", () => this.close());
    $("composer").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    $("hints").addEventListener("mousedown", (event) => event.preventDefault()); // the text keeps the focus
  }

  async ready() {
    const found = await (await fetch("/page/hints.json")).json();
    this.hints = found.hints;
    this.start = found.start;
  }

  put(text) {
    this.text.value = text;
    this.text.focus();
    this.changed();
  }

  load() {
    this.text.value = this.drafts.get(this.key()) || "";
    this.grow();
    this.close();
  }

  changed() {
    this.drafts.set(this.key(), this.text.value);
    this.grow();
    this.suggest();
  }

  grow() {
    this.text.rows = Math.min(8, this.text.value.split("\n").length + Math.floor(this.text.value.length / 90));
  }

  // While a command is being typed: the commands it may become. After it: the one line that says how it goes on.
  suggest() {
    const typed = this.text.value.toLowerCase();
    const one = !typed.startsWith("/") || typed.includes("\n") ? [] : this.hints;
    const deep = typed.startsWith("/kept ");
    const begun = typed.trimEnd();
    const may = one.filter(({ command }) => command.startsWith(begun) && command !== begun && (deep || !command.includes(" ")));
    const longest = one.filter(({ command }) => `${typed} `.startsWith(`${command} `))
      .sort((a, b) => b.command.length - a.command.length)[0];
    const usage = longest && typed.length > longest.command.length && !may.length ? [longest] : [];
    const exact = one.find((hint) => hint.command === typed);
    this.rows = typed.includes(" ") && !deep ? usage : [...(exact && !deep ? [exact] : []), ...may, ...(may.length ? [] : usage)];
    if (deep && typed.trimEnd() === "/kept") this.rows = one.filter((hint) => hint.command.startsWith("/kept "));
    this.choosing = this.rows.some((row) => row !== usage[0]);
    this.active = this.choosing && typed.trimEnd() !== "/" && !(deep && typed.endsWith(" ")) && !exact ? 0 : -1;
    this.draw();
  }

  draw() {
    const open = this.rows.length > 0;
    $("hints").hidden = !open;
    this.text.setAttribute("aria-expanded", String(open));
    $("hints").replaceChildren(...this.rows.map((row, at) => el("li", {
      id: `hint-${at}`, role: "option", "aria-selected": String(at === this.active), onclick: () => this.complete(row),
    }, el("span", {}, el("strong", {}, row.command), ` ${row.usage}`), el("span", { class: "quiet" }, row.about))));
    if (this.active >= 0) {
      this.text.setAttribute("aria-activedescendant", `hint-${this.active}`);
      $(`hint-${this.active}`).scrollIntoView({ block: "nearest" });
    } else {
      this.text.removeAttribute("aria-activedescendant");
    }
  }

  close() {
    this.rows = [];
    this.active = -1;
    this.draw();
  }

  complete(row) {
    if (!this.text.value.toLowerCase().startsWith(row.command)) this.text.value = `${row.command} `;
    this.text.focus();
    this.changed();
  }

  pressed(event) {
    if (event.isComposing) return;
    const open = this.rows.length > 0 && this.choosing;
    if (event.key === "Escape" && this.rows.length) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const by = event.key === "ArrowDown" ? 1 : -1;
      this.active = this.active < 0 && by < 0 ? this.rows.length - 1 : (this.active + by + this.rows.length) % this.rows.length;
      this.draw();
    } else if (open && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this.complete(this.rows[Math.max(0, this.active)]);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (open && this.active >= 0) this.complete(this.rows[this.active]);
      else this.submit();
    }
  }

  async submit() {
    const text = this.text.value;
    const key = this.key();
    if (!text.trim() || this.busy) return;
    this.busy = true;
    this.close();
    $("send").setAttribute("aria-disabled", "true");
    try {
      // Only what has gone is cleared, and not what was typed meanwhile.
      if (await this.send(text) && this.drafts.get(key) === text) {
        this.drafts.delete(key);
        if (this.key() === key) this.load();
      }
    } catch (error) {
      warn(`Not sent: ${error.message} What you typed is still here.`);
    }
    this.busy = false;
    $("send").removeAttribute("aria-disabled");
  }
}
