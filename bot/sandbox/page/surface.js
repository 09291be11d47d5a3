// A message, a modal or Home: what a person has filled in there, and where a press goes. What is filled in outlasts every
// redrawing; it belongs to its block_id and action_id, as in Slack.

import { send, warn } from "./dom.js";
import { world } from "./world.js";

const START = {
  plain_text_input: "initial_value", number_input: "initial_value", static_select: "initial_option",
  external_select: "initial_option", users_select: "initial_user", radio_buttons: "initial_option",
  multi_static_select: "initial_options", multi_external_select: "initial_options", multi_users_select: "initial_users",
  checkboxes: "initial_options", datepicker: "initial_date", timepicker: "initial_time", datetimepicker: "initial_date_time",
};
const key = (block, one) => JSON.stringify([block.block_id, one.action_id]);
const worth = (one) => (one !== null && typeof one === "object" ? one.value : one);
const empty = (value) => value === "" || value === undefined || (Array.isArray(value) && !value.length);

export const controlsOf = (block) => [...(block.elements || []), block.accessory, block.element]
  .filter((one) => one && one.action_id).map((one) => [block, one]);

export class Surface {
  // `where` names it to the sandbox: { view_id } or { channel, ts }. `failed` shows a sentence about a press.
  constructor(where, failed = warn) {
    this.where = where;
    this.failed = failed;
    this.typed = new Map();
    this.given = {};
    this.names = new Map(); // of options, by value
    this.blocks = [];
  }

  // What the sandbox says is filled in (`given`). Whatever has no control any more is forgotten.
  learn(blocks, given = {}, state = {}) {
    this.blocks = blocks;
    this.given = given;
    const there = new Map(blocks.flatMap(controlsOf).map(([block, one]) => [key(block, one), one.type]));
    for (const [name, { type }] of this.typed) if (there.get(name) !== type) this.typed.delete(name);
    for (const found of Object.values(state).flatMap((own) => Object.values(own))) {
      this.name([found.selected_option, ...(found.selected_options || [])].filter(Boolean));
    }
  }

  name(options) {
    for (const one of options) this.names.set(one.value, one.text?.text ?? one.label);
  }

  value(block, one) {
    const typed = this.typed.get(key(block, one));
    if (typed) return typed.value;
    const given = this.given[block.block_id]?.[one.action_id];
    if (given !== undefined) return given;
    const start = one[START[one.type]];
    return Array.isArray(start) ? start.map(worth) : worth(start ?? null);
  }

  set(block, one, value) {
    this.typed.set(key(block, one), { type: one.type, value });
    this.changed?.(block);
  }

  forget(block, one) {
    this.typed.delete(key(block, one));
  }

  // Whether a person has changed something in this block, so that what the sandbox says of it is no news.
  touched(block) {
    return controlsOf(block).some(([, one]) => this.typed.has(key(block, one)));
  }

  // Every control's value, as the sandbox reads them: null is empty.
  all() {
    const found = {};
    for (const [block, one] of this.blocks.flatMap(controlsOf)) {
      if (!START[one.type]) continue;
      const value = this.value(block, one);
      (found[block.block_id] ||= {})[one.action_id] = empty(value) ? null : value;
    }
    return found;
  }

  async press(block, one, choice) {
    const values = "view_id" in this.where ? { values: this.all() } : {};
    try {
      const answer = await send("/do/press", {
        as: world.you, ...this.where, block_id: block.block_id, action_id: one.action_id, choice, ...values });
      if (!answer.ok) this.failed(`Kept did not answer: ${answer.error}. You can press again.`);
    } catch (error) {
      this.failed(error.message);
    }
  }

  // What an external menu offers for the letters typed so far.
  async options(block, one, query) {
    const answer = await send("/do/options", {
      as: world.you, ...this.where, block_id: block.block_id, action_id: one.action_id, query });
    if (!answer.ok) throw new Error(`Kept did not answer: ${answer.error}.`);
    this.name(answer.options);
    return answer.options;
  }
}
