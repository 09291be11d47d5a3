// A person's or the app's picture: their initials.

import { el } from "./dom.js";
import { world } from "./world.js";

const letters = new Intl.Segmenter("en", { granularity: "grapheme" });
const firstOf = (word) => letters.segment(word)[Symbol.iterator]().next().value?.segment || "";

export function face(one) {
  const tone = one.app ? "app" : `tone-${Math.max(0, world.state.people.indexOf(one)) % 6}`;
  const initials = one.name.trim().split(/\s+/).map(firstOf);
  const shown = initials.length > 1 ? initials[0] + initials.at(-1) : initials[0];
  return el("span", { class: `face ${tone}`, "aria-hidden": "true" }, shown);
}
