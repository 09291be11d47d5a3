// Block Kit in, elements out. What is not known is shown as an error box, never left out.

import { broken, el } from "./dom.js";
import { control } from "./controls.js";
import { field } from "./field.js";
import { mrkdwn } from "./mrkdwn.js";
import { rich } from "./rich.js";

// `see` is who reads and where: { you, zone, people, channels, surface }.
export function block(one, see) {
  const draw = Object.hasOwn(BLOCKS, one.type) ? BLOCKS[one.type] : null;
  try {
    if (draw) return draw(one, see);
  } catch (error) {
    return broken(`This ${one.type} block could not be drawn: ${error.message}`);
  }
  return broken(`The sandbox cannot draw a block of type “${one.type}”.`);
}

function words(node, see) {
  if (node.type === "mrkdwn") return mrkdwn(node.text, see);
  return node.type === "plain_text" ? [node.text] : [broken(`The sandbox cannot draw “${node.type}” as text.`)];
}

const text = (node, see, name = "div") => el(name, { class: "text", dir: "auto" }, words(node, see));

function cell(one, row, column, see) {
  const inside = one.type === "raw_text" ? one.text : one.elements.map((part) => rich(part, see));
  return el(row ? "td" : "th", { dir: "auto", scope: row ? null : "col", class: `to-${column?.align || "left"}` }, inside);
}

const BLOCKS = {
  rich_text: (one, see) => el("div", { class: "rich" }, one.elements.map((part) => rich(part, see))),
  section: (one, see) => el("div", { class: "section" },
    el("div", { class: "section-words" },
      one.text ? text(one.text, see) : null,
      one.fields ? el("div", { class: "fields" }, one.fields.map((part) => text(part, see))) : null),
    one.accessory ? control(one, one.accessory, see, one.text?.text) : null),
  header: (one) => el("h3", { class: "header", dir: "auto" }, one.text.text),
  context: (one, see) => el("div", { class: "context" }, one.elements.map((part) => text(part, see, "span"))),
  divider: () => el("hr"),
  actions: (one, see) => el("div", { class: "actions" }, one.elements.map((part) => control(one, part, see))),
  input: (one, see) => field(one, see),
  table: (one, see) => {
    const row = (cells, at) => el("tr", {}, cells.map((each, number) => cell(each, at, one.column_settings?.[number], see)));
    return el("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" },
      el("table", {}, el("tbody", {}, one.rows.map(row))));
  },
};
