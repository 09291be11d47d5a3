// Slack's mrkdwn, as much of it as people and Kept write: marks in <>, bold, italic, strike, code, quotes.

import { el, link } from "./dom.js";
import { token } from "./dates.js";

const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export function mention(user, see) {
  const name = see.people.get(user)?.name || user;
  return el("span", { class: user === see.you ? "mention me" : "mention" }, `@${name}`);
}

export function mrkdwn(text, see) {
  return text.split("\n").flatMap((line, at) => {
    const quoted = line.startsWith("&gt;");
    const shown = pieces(quoted ? line.slice(4).trimStart() : line, see);
    if (quoted) return [el("blockquote", {}, shown)];
    return at ? [el("br"), ...shown] : shown;
  });
}

const PIECES = new RegExp([
  /<([^<>]+)>/, /`([^`]+)`/, /(?<![\w*])\*(?=\S)([^*]+)(?<=\S)\*(?![\w*])/, /(?<!\w)_(?=\S)([^_]+)(?<=\S)_(?!\w)/,
  /(?<![\w~])~(?=\S)([^~]+)(?<=\S)~(?![\w~])/,
].map((one) => one.source).join("|"), "g");

function pieces(line, see) {
  const made = [];
  let at = 0;
  for (const found of line.matchAll(PIECES)) {
    if (found.index > at) made.push(plain(line.slice(at, found.index)));
    made.push(piece(found, see));
    at = found.index + found[0].length;
  }
  if (at < line.length) made.push(plain(line.slice(at)));
  return made;
}

function piece([, mark, code, bold, italic, strike], see) {
  if (mark) return marked(mark, see);
  if (code) return el("code", {}, plain(code));
  if (bold) return el("strong", {}, pieces(bold, see));
  if (italic) return el("em", {}, pieces(italic, see));
  return el("s", {}, pieces(strike, see));
}

function marked(mark, see) {
  const [target, label] = mark.split("|");
  if (target.startsWith("@")) return mention(target.slice(1), see);
  const id = target.slice(1);
  if (target.startsWith("#")) return el("span", { class: "mention" }, `#${label || see.channels.get(id) || id}`);
  if (/^!(here|channel|everyone)$/.test(target)) return el("span", { class: "mention me" }, `@${target.slice(1)}`);
  const date = /^!date\^(\d+)\^(.+?)(?:\^.*)?$/.exec(target);
  if (date) return el("time", { title: label }, token(date[2], Number(date[1]), see.zone));
  return link(plain(target), label ? plain(label) : undefined);
}
