// A menu with a search of its own: one or several, from a fixed list, the people, or what the app answers.
// The text field keeps the focus; the arrows move through the list (the combobox pattern of WAI-ARIA).

import { el, fresh, icon } from "./dom.js";
import { Popup } from "./popup.js";

const PAUSE = 200; // milliseconds without a key before the app is asked

export const select = (block, one, see, about) => new Select(block, one, see, about).node;

class Select {
  constructor(block, one, see, about) {
    Object.assign(this, { block, one, see, about });
    this.many = one.type.startsWith("multi_");
    this.remote = one.type.endsWith("external_select");
    this.least = this.remote ? one.min_query_length ?? 3 : 0;
    this.most = one.max_selected_items || Infinity;
    this.rows = [];
    this.active = -1;
    this.asked = 0;
    see.surface.name([one.initial_option, ...(one.initial_options || [])].filter(Boolean));
    this.build();
    this.settle();
  }

  build() {
    const { one, about } = this;
    const list = fresh("list");
    const label = about.label || null;
    this.placeholder = one.placeholder?.text || label || "Choose";
    this.input = el("input", {
      id: about.id, type: "text", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list,
      "aria-label": label, "aria-required": about.required ? "true" : null, "data-input": true, "data-focus": one.focus_on_load,
      "data-key": `${this.block.block_id} ${one.action_id}`, dir: "auto",
      autocomplete: "off", spellcheck: "false", oninput: () => this.search(), onclick: () => this.open(),
      onkeydown: (event) => this.pressed(event), onblur: () => this.close(),
    });
    this.chips = el("ul", { class: "chips" });
    this.clear = el("button", { type: "button", class: "icon", "aria-label": "Clear", onclick: () => this.choose(null) },
      icon("close"));
    this.list = el("div", { role: "listbox", id: list, "aria-label": label || one.placeholder?.text || "Options",
      "aria-labelledby": about.labelledby, "aria-multiselectable": this.many ? "true" : null });
    this.status = el("p", { class: "quiet", role: "status" });
    const lies = el("div", { class: "options", onmousedown: (event) => event.preventDefault() }, this.list, this.status);
    const box = el("div", { class: "select", onmousedown: (event) => this.aimed(event) },
      this.many ? this.chips : null, this.input, this.clear, icon("down"));
    this.popup = new Popup(lies, box, { wide: true, shut: () => this.close() });
    this.node = el("div", { class: "has-options" }, box, lies);
  }

  get value() {
    const found = this.see.surface.value(this.block, this.one);
    return this.many ? found || [] : found ?? null;
  }

  // A press beside the text opens the list too. The text keeps the focus, or losing it would draw anew what is pressed.
  aimed(event) {
    if (event.target === this.input) return;
    event.preventDefault();
    if (event.target.closest("button, li")) return;
    this.input.focus();
    this.open();
  }

  offered() {
    if (this.one.type.endsWith("users_select")) {
      return [...this.see.people.values()].filter((each) => !each.app && !each.deleted)
        .map((each) => ({ value: each.id, label: each.name, about: each.title }));
    }
    const plain = (group) => (option) => (
      { value: option.value, label: option.text.text, about: option.description?.text, group });
    return [...(this.one.options || []).map(plain()),
      ...(this.one.option_groups || []).flatMap((group) => group.options.map(plain(group.label.text)))];
  }

  labelOf(value) {
    return this.offered().find((each) => each.value === value)?.label ?? this.see.surface.names.get(value) ?? value;
  }

  // Shows what is chosen, when nothing is being searched.
  settle() {
    const { value } = this;
    this.input.value = this.many || value === null ? "" : this.labelOf(value);
    this.input.placeholder = this.many && value.length ? "" : this.placeholder;
    this.clear.hidden = this.many || value === null || !this.about.optional;
    this.chips.replaceChildren(...(this.many ? value : []).map((each) => this.chip(each, this.labelOf(each))));
  }

  chip(value, label) {
    const drop = () => { this.toggle(value); this.input.focus(); };
    return el("li", { dir: "auto" }, label,
      el("button", { type: "button", "aria-label": `Remove ${label}`, onclick: drop }, icon("close")));
  }

  open() {
    if (this.popup.open) return;
    this.input.select();
    this.find("");
  }

  search() {
    this.find(this.input.value.trim());
  }

  close() {
    this.asked += 1;
    this.popup.hide();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.settle();
  }

  find(query) {
    const turn = (this.asked += 1);
    if (!this.remote) {
      const words = query.toLowerCase();
      return this.show(this.offered().filter((each) => `${each.label} ${each.about || ""}`.toLowerCase().includes(words)));
    }
    const lack = this.least - [...query].length;
    const letters = lack === 1 ? "letter" : "letters";
    if (lack > 0) return this.show([], `Type ${query ? `${lack} more` : `at least ${lack}`} ${letters} to search.`);
    this.show([], "Searching…");
    return setTimeout(async () => {
      if (turn !== this.asked) return;
      try {
        const found = await this.see.surface.options(this.block, this.one, query);
        if (turn === this.asked) this.show(found);
      } catch (error) {
        if (turn === this.asked) this.show([], `${error.message} Type again to try again.`);
      }
    }, query ? PAUSE : 0);
  }

  show(rows, status = rows.length ? "" : "Nothing found.") {
    this.rows = rows;
    const at = rows.findIndex((each) => [this.value].flat().includes(each.value));
    this.active = this.many || at < 0 ? (rows.length ? 0 : -1) : at;
    this.status.textContent = status;
    let group;
    this.list.replaceChildren(...rows.flatMap((each, number) => {
      const title = each.group && each.group !== group ? [el("div", { class: "group", role: "presentation" }, each.group)] : [];
      group = each.group;
      const id = `${this.list.id}-${number}`;
      return [...title, el("div", { role: "option", id, dir: "auto", onclick: () => this.pick(number) },
        el("span", {}, each.label), each.about ? el("span", { class: "quiet" }, each.about) : null)];
    }));
    this.input.setAttribute("aria-expanded", "true");
    this.popup.show();
    this.mark();
  }

  mark() {
    const chosen = [this.value].flat();
    for (const [number, row] of [...this.list.querySelectorAll("[role=option]")].entries()) {
      row.setAttribute("aria-selected", String(chosen.includes(this.rows[number].value)));
      row.classList.toggle("active", number === this.active);
      if (number === this.active) row.scrollIntoView({ block: "nearest" });
    }
    if (this.active >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.active}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  pick(number) {
    const { value, label } = this.rows[number];
    this.see.surface.name([{ value, label }]);
    if (this.many) this.toggle(value);
    else this.choose(value);
  }

  choose(value) {
    this.set(value);
    this.close();
    this.input.focus();
  }

  toggle(value) {
    const has = this.value.includes(value);
    if (!has && this.value.length >= this.most) {
      this.status.textContent = `At most ${this.most} can be chosen.`;
      return;
    }
    this.set(has ? this.value.filter((each) => each !== value) : [...this.value, value]);
    this.settle();
    if (!this.popup.open) return;
    if (!this.remote) this.find("");
    this.active = this.rows.findIndex((each) => each.value === value);
    this.mark();
  }

  set(value) {
    this.see.surface.set(this.block, this.one, value);
    if (this.about.chosen) this.about.chosen();
  }

  pressed(event) {
    const { open } = this.popup;
    const { key } = event;
    if (event.isComposing) return;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (!open) return void this.open();
      const by = key === "ArrowDown" ? 1 : -1;
      if (this.rows.length) this.active = (this.active + by + this.rows.length) % this.rows.length;
      this.mark();
    } else if (key === "Enter" && open) {
      event.preventDefault();
      if (this.active >= 0) this.pick(this.active);
    } else if (key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (key === "Backspace" && this.many && !this.input.value && this.value.length) {
      this.toggle(this.value.at(-1));
    }
  }
}
