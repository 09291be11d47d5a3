// What can be typed or chosen: text, numbers, dates, times and boxes to tick. Menus are in select.js.

import { el } from "./dom.js";
import { careNow, fromLocal, toLocal, zoneOf } from "./dates.js";
import { mrkdwn } from "./mrkdwn.js";
import { select } from "./select.js";

// `about` is { id, label or labelledby, required, optional, chosen }; `chosen` is called when a choice has been made.
export const input = (block, one, see, about) => KINDS[one.type](block, one, see, about);
export const known = (one) => Object.hasOwn(KINDS, one.type);
export const isGroup = (one) => one.type === "checkboxes" || one.type === "radio_buttons";
export const PICKERS = new Set(["datepicker", "timepicker", "datetimepicker"]);

const given = (block, one, about) => ({
  id: about.id, "aria-label": about.label, "aria-required": about.required ? "true" : null, "data-input": true,
  "data-key": `${block.block_id} ${one.action_id}`, "data-focus": one.focus_on_load,
});

function text(block, one, see, about) {
  const many = Boolean(one.multiline);
  const numeric = one.type === "number_input" && (one.is_decimal_allowed ? "decimal" : "numeric");
  const on = new Set(about.chosen ? one.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"] : []);
  let waiting = null;
  const left = el("span", { class: "left quiet" });
  const changed = () => {
    see.surface.set(block, one, node.value);
    count();
    clearTimeout(waiting);
    if (on.has("on_character_entered")) waiting = setTimeout(about.chosen, 300);
  };
  // More than fits may be typed, and is refused when sent: cutting it off would lose it.
  const count = () => {
    const room = one.max_length ? one.max_length - [...node.value].length : Infinity;
    left.textContent = room < 0 ? `${-room} too many` : room <= Math.max(20, one.max_length / 10) ? `${room} left` : "";
    left.classList.toggle("over", room < 0);
  };
  const node = el(many ? "textarea" : "input", {
    ...given(block, one, about), type: many ? null : "text", rows: many ? 3 : null, inputmode: numeric || null, dir: "auto",
    placeholder: one.placeholder?.text, autocomplete: "off", oninput: changed, onkeydown: (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || !on.has("on_enter_pressed")) return;
      event.preventDefault();
      about.chosen();
    },
  });
  node.value = see.surface.value(block, one) ?? "";
  count();
  return el("div", { class: "typed" }, node, left);
}

const PICK = { datepicker: ["date", "Date"], timepicker: ["time", "Time"], datetimepicker: ["datetime-local", "Date and time"] };

function picker(block, one, see, about) {
  const [type, name] = PICK[one.type];
  const exact = one.type === "datetimepicker";
  const node = el("input", { ...given(block, one, about), type, onchange: () => {
    see.surface.set(block, one, exact && node.value ? fromLocal(node.value, see.zone) : node.value || null);
    if (about.chosen) about.chosen();
  } });
  if (about.label) node.setAttribute("aria-label", one.placeholder?.text || name);
  const value = see.surface.value(block, one);
  if (value) node.value = exact ? toLocal(new Date(value * 1000), see.zone) : value;
  return el("div", { class: "picker" }, node,
    one.type === "datepicker" ? null : el("span", { class: "quiet" }, zoneOf(careNow(), one.timezone || see.zone)));
}

function boxes(block, one, see, about) {
  const many = one.type === "checkboxes";
  const name = `${about.id || "in"} ${block.block_id} ${one.action_id}`;
  const chosen = () => [see.surface.value(block, one) || []].flat();
  const changed = () => {
    const values = [...group.querySelectorAll("input")].filter((each) => each.checked).map((each) => each.value);
    see.surface.set(block, one, many ? values : values[0] ?? null);
    if (about.chosen) about.chosen();
  };
  const words = (part) => (part.type === "mrkdwn" ? mrkdwn(part.text, see) : part.text);
  const group = el("div", { class: "boxes", id: about.id, role: many ? "group" : "radiogroup", "aria-label": about.label,
    "aria-labelledby": about.labelledby, "aria-required": about.required && !many ? "true" : null },
  one.options.map((option) => {
    const node = el("input", { ...given(block, one, {}), "data-key": `${block.block_id} ${one.action_id} ${option.value}`,
      type: many ? "checkbox" : "radio", name, value: option.value, onchange: changed });
    node.checked = chosen().includes(option.value);
    return el("label", { class: "box", dir: "auto" }, node, el("span", {}, words(option.text),
      option.description ? el("span", { class: "quiet" }, words(option.description)) : null));
  }));
  return group;
}

const KINDS = {
  plain_text_input: text, number_input: text, datepicker: picker, timepicker: picker, datetimepicker: picker,
  checkboxes: boxes, radio_buttons: boxes, static_select: select, external_select: select, users_select: select,
  multi_static_select: select, multi_external_select: select, multi_users_select: select,
};
