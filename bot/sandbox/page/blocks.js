// Block Kit in, elements out. What is not known is shown as an error box, never left out.

import { link, el } from "./dom.js";
import { control } from "./controls.js";
import { mrkdwn, mention } from "./mrkdwn.js";
import { token } from "./dates.js";

// `see` is how a message looks to one person: { people, zone, press(action_id, choice) }.
export function content(message, see) {
  if (!message.blocks.length) return [el("div", { class: "text" }, mrkdwn(message.text, see))];
  return message.blocks.map((one) => block(one, see));
}

function block(one, see) {
  const draw = BLOCKS[one.type];
  try {
    if (draw) return draw(one, see);
  } catch (error) {
    return broken(`This ${one.type} block could not be drawn: ${error.message}`);
  }
  return broken(`The sandbox cannot draw a block of type “${one.type}”.`);
}

const broken = (text) => el("div", { class: "broken", role: "note" }, text);

const words = (node, see) => (node.type === "mrkdwn" ? mrkdwn(node.text, see) : [node.text]);

const BLOCKS = {
  rich_text: (one, see) => el("div", { class: "rich" }, one.elements.map((part) => rich(part, see))),
  section: (one, see) => el("div", { class: "section" },
    el("div", { class: "section-words" },
      one.text ? el("div", { class: "text" }, words(one.text, see)) : null,
      one.fields ? el("div", { class: "fields" }, one.fields.map((field) => el("div", { class: "text" }, words(field, see)))) : null),
    one.accessory ? control(one.accessory, see) : null),
  header: (one) => el("h3", { class: "header" }, one.text.text),
  context: (one, see) => el("div", { class: "context" }, one.elements.map((part) => el("span", {}, words(part, see)))),
  divider: () => el("hr"),
  actions: (one, see) => el("div", { class: "actions" }, one.elements.map((part) => control(part, see))),
  table: (one, see) => el("div", { class: "table-scroll" },
    el("table", {}, el("tbody", {}, one.rows.map((row, at) => el("tr", {}, row.map((cell) => el(at ? "td" : "th", {},
      cell.type === "raw_text" ? cell.text : cell.elements.map((part) => rich(part, see))))))))),
};

function rich(part, see) {
  if (part.type === "rich_text_section") return el("p", { class: "text" }, part.elements.map((one) => inline(one, see)));
  if (part.type === "rich_text_quote") return el("blockquote", { class: "text" }, part.elements.map((one) => inline(one, see)));
  if (part.type === "rich_text_list") {
    return el(part.style === "ordered" ? "ol" : "ul", { class: `list indent-${part.indent || 0}` },
      part.elements.map((item) => el("li", {}, item.elements.map((one) => inline(one, see)))));
  }
  return broken(`The sandbox cannot draw “${part.type}” in rich text.`);
}

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

function inline(one, see) {
  const draw = INLINE[one.type];
  if (!draw) return broken(`The sandbox cannot draw “${one.type}” in rich text.`);
  return Object.entries(STYLES).reduce(
    (inner, [style, name]) => (one.style?.[style] ? el(name, {}, inner) : inner), draw(one, see));
}

const INLINE = {
  text: (one) => document.createTextNode(one.text),
  user: (one, see) => mention(one.user_id, see),
  channel: (one, see) => el("span", { class: "mention" }, `#${see.channels.get(one.channel_id) || one.channel_id}`),
  link: (one) => link(one.url, one.text),
  emoji: (one) => el("span", { title: `:${one.name}:` }, one.unicode
    ? String.fromCodePoint(...one.unicode.split("-").map((code) => parseInt(code, 16))) : `:${one.name}:`),
  date: (one, see) => el("time", { datetime: new Date(one.timestamp * 1000).toISOString(), title: one.fallback },
    token(one.format, one.timestamp, see.zone)),
};
