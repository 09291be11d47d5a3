// Buttons, menus and pickers. A menu or picker acts on "Choose", so that arrow keys alone never press anything.

import { el, link } from "./dom.js";
import { careNow, fromLocal, toLocal } from "./dates.js";

export function control(one, see) {
  const draw = CONTROLS[one.type];
  return draw ? draw(one, see) : el("div", { class: "broken", role: "note" }, `The sandbox cannot draw a “${one.type}”.`);
}

async function press(button, one, see, choice) {
  if (one.confirm && !window.confirm(`${one.confirm.title.text}\n\n${one.confirm.text.text}`)) return;
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  await see.press(one.action_id, choice);
  button.removeAttribute("aria-disabled");
}

function choosing(name, field, one, see, read) {
  const button = el("button", { type: "button", onclick: () => { if (field.value) press(button, one, see, read(field.value)); } }, "Choose");
  return el("span", { class: "choosing" }, el("label", {}, el("span", { class: "unseen" }, name), field), button);
}

function menu(one, name, options, see) {
  const field = el("select", {}, el("option", { value: "" }, name),
    options.map(([label, value]) => el("option", { value, selected: value === one.initial_option?.value }, label)));
  return choosing(name, field, one, see, (value) => value);
}

const pairs = (options) => options.map((option) => [option.text.text, option.value]);
const every = (one) => pairs(one.options || one.option_groups.flatMap((group) => group.options));

const CONTROLS = {
  button: (one, see) => {
    if (one.url) return link(one.url, one.text.text);
    const button = el("button", {
      type: "button", class: one.style || "", "aria-label": one.accessibility_label, onclick: () => press(button, one, see, null),
    }, one.text.text);
    return button;
  },
  static_select: (one, see) => menu(one, one.placeholder?.text || "Choose one", every(one), see),
  overflow: (one, see) => menu(one, "More", every(one), see),
  users_select: (one, see) => menu(one, one.placeholder?.text || "Choose a person",
    [...see.people.values()].filter((person) => person.title).map((person) => [person.name, person.id]), see),
  datetimepicker: (one, see) => {
    const start = one.initial_date_time ? new Date(one.initial_date_time * 1000) : careNow();
    const field = el("input", { type: "datetime-local", value: toLocal(start, see.zone) });
    return choosing("Date and time", field, one, see, (value) => fromLocal(value, see.zone));
  },
};
