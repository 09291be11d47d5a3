// The blocks of one view, drawn into one element. A block is drawn anew only when it is another, so what is being typed stays.

import { keepingFocus, reconcile } from "./dom.js";
import { block } from "./blocks.js";
import { careNow, dayOf } from "./dates.js";
import { Surface } from "./surface.js";
import { reader } from "./world.js";

export class Sheet {
  constructor(root, view, failed) {
    this.root = root;
    this.surface = new Surface({ view_id: view.id }, failed);
    this.surface.changed = (changed) => this.settled(changed);
    this.drawn = new Map();
    this.mended = new Set(); // blocks changed since the last refusal
    this.errors = {};
  }

  show(view) {
    this.surface.learn(view.blocks, view.values, view.state?.values);
    const see = { ...reader(), surface: this.surface };
    const now = new Map();
    const day = dayOf(careNow(), see.zone); // words such as "today" are of their day
    for (const one of view.blocks) {
      const news = this.surface.touched(one) ? null : this.surface.given[one.block_id];
      const key = JSON.stringify([day, see.you, one, news]);
      now.set(key, this.drawn.get(key) || Object.assign(block(one, see), { key: one.block_id }));
    }
    keepingFocus(this.root, () => reconcile(this.root, [...now.values()]), () => this.focus());
    this.drawn = now;
    this.complain(view.errors || {});
  }

  // Starts anew with what is wrong: after a submission everything has been looked at again.
  judge() {
    this.mended.clear();
  }

  complain(errors) {
    this.errors = errors;
    for (const node of this.root.children) {
      node.complain?.(this.mended.has(node.key) ? "" : errors[node.key]);
    }
  }

  settled(changed) {
    if (!this.errors[changed.block_id]) return;
    this.mended.add(changed.block_id);
    this.complain(this.errors);
  }

  // To the field that asks for it, or else to the first, or else to a button. Says whether it is a field.
  focus() {
    const all = [...this.root.querySelectorAll("[data-input], button")].filter((one) => one.checkVisibility());
    const target = all.find((one) => one.matches("[data-focus]")) || all.find((one) => one.matches("[data-input]")) || all[0];
    target?.focus();
    return Boolean(target?.matches("[data-input]"));
  }

  // To the first field that something is wrong with; false when there is none.
  focusWrong() {
    const target = this.root.querySelector("[aria-invalid]");
    target?.focus();
    return Boolean(target);
  }
}
