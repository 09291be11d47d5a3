// What acts at once, in a message, a modal or Home. A menu or picker acts when something is chosen, never on arrow keys alone.

import { broken, el, icon, link, safe } from "./dom.js";
import { confirmed } from "./confirm.js";
import { input, known, PICKERS } from "./inputs.js";
import { menuButton } from "./menu.js";

const keyOf = (block, one) => `${block.block_id} ${one.action_id}`;

// `beside` are the words that a control without a name of its own stands beside.
export function control(block, one, see, beside) {
  if (one.type === "button") return button(block, one, see);
  if (one.type === "overflow") return overflow(block, one, see);
  if (!known(one)) return broken(`The sandbox cannot draw a “${one.type}”.`);
  return acting(block, one, see, beside);
}

const allowed = async (one, see) => !one.confirm || confirmed(one.confirm, see);

// A button does nothing more until what it did is answered.
async function perform(node, block, one, see, choice) {
  if (node.getAttribute("aria-disabled") || !(await allowed(one, see))) return;
  node.setAttribute("aria-disabled", "true");
  await see.surface.press(block, one, choice);
  node.removeAttribute("aria-disabled");
}

function button(block, one, see) {
  const does = (event) => perform(event.currentTarget, block, one, see, null);
  const named = { class: `button ${one.style || ""}`, "aria-label": one.accessibility_label, "data-key": keyOf(block, one),
    dir: "auto", onclick: does };
  if (one.url && safe(one.url)) return link(one.url, one.text.text, named);
  return el("button", { type: "button", ...named }, one.text.text);
}

function overflow(block, one, see) {
  const named = { class: "icon", "aria-label": "More options", "data-key": keyOf(block, one) };
  const opens = el("button", { type: "button", ...named }, icon("dots"));
  return menuButton(opens, () => one.options.map((option) => ({
    label: option.text.text, about: option.description?.text, does: () => {
      if (option.url && safe(option.url)) window.open(option.url, "_blank", "noopener,noreferrer");
      perform(opens, block, one, see, option.value);
    },
  })), "More options");
}

function acting(block, one, see, beside) {
  const name = one.placeholder?.text || beside || { checkboxes: "Choose any", radio_buttons: "Choose one" }[one.type] || "Choose";
  const row = el("div", { class: "acting" });
  const choose = async () => {
    if (await allowed(one, see)) {
      await see.surface.press(block, one, see.surface.value(block, one));
    } else {
      see.surface.forget(block, one);
      row.replaceChildren(...inside());
    }
  };
  // Pickers change with every key, so they have a button of their own.
  const inside = () => PICKERS.has(one.type)
    ? [input(block, one, see, { label: name }), el("button", { type: "button", class: "button", onclick: () => {
      if (see.surface.value(block, one)) choose();
    } }, "Choose")]
    : [input(block, one, see, { label: name, chosen: choose })];
  row.append(...inside());
  return row;
}
