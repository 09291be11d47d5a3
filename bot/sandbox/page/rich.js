// Rich text: sections, quotes, lists, and what stands in a line.

import { broken, el, link } from "./dom.js";
import { token } from "./dates.js";
import { mention } from "./mrkdwn.js";

export function rich(part, see) {
  const draw = PARTS[part.type];
  return draw ? draw(part, see) : broken(`The sandbox cannot draw “${part.type}” in rich text.`);
}

const line = (part, see) => part.elements.map((one) => inline(one, see));

const PARTS = {
  rich_text_section: (part, see) => el("p", { class: "text", dir: "auto" }, line(part, see)),
  rich_text_quote: (part, see) => el("blockquote", { class: "text", dir: "auto" }, line(part, see)),
  rich_text_preformatted: (part, see) => el("pre", {}, line(part, see)),
  rich_text_list: (part, see) => el(part.style === "ordered" ? "ol" : "ul", { class: `list indent-${part.indent || 0}` },
    part.elements.map((item) => el("li", { dir: "auto" }, line(item, see)))),
};

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
