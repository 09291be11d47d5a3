// The messages of a place. An element stays as long as its message does, so that menus and focus survive what others do.

import { $, announce, el, icon, keepingFocus, reconcile, send, warn } from "./dom.js";
import { block } from "./blocks.js";
import { careNow, clockOf, dayName, dayOf, longOf } from "./dates.js";
import { face } from "./face.js";
import { mrkdwn } from "./mrkdwn.js";
import { pictures } from "./pictures.js";
import { moreActions } from "./shortcuts.js";
import { Surface } from "./surface.js";
import { here, person, reader, world, zone } from "./world.js";

const CLOSE = 5 * 60 * 1000; // milliseconds within which messages of one person stand together
let drawn = new Map();
let heard = null; // what was here last: the place, and each message's text by its time

export function showMessages(start) {
  const [list, scroll] = [$("messages"), $("scroll")];
  const place = `${world.you} ${here().id}`;
  const atEnd = list.dataset.place !== place || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  list.dataset.place = place;
  const now = new Map();
  const rows = [];
  let before = null;
  for (const message of here().messages) {
    const at = new Date(message.care_at);
    const newDay = !before || dayOf(new Date(before.care_at), zone()) !== dayOf(at, zone());
    if (newDay) rows.push(el("li", { class: "day" }, el("span", {}, dayName(at, zone()))));
    const joined = !newDay && follows(before, message);
    const shortcuts = (world.state.shortcuts || []).length;
    const key = JSON.stringify([place, dayOf(careNow(), zone()), joined, shortcuts, message]);
    now.set(key, drawn.get(key) || row(message, at, joined));
    rows.push(now.get(key));
    before = message;
  }
  if (!rows.length) rows.push(empty(start));
  keepingFocus(list, () => reconcile(list, rows), () => $("scroll").focus({ preventScroll: true }));
  drawn = now;
  if (atEnd) toEnd();
  else if (here().messages.length > (heard?.texts.size || 0)) $("to-end").hidden = false;
  tell(place);
}

const follows = (before, message) => before.user === message.user && !before.ephemeral && !message.ephemeral
  && new Date(message.care_at) - new Date(before.care_at) < CLOSE && !message.blocks.length && !before.blocks.length;

// Says what came from others, and what changed, since the last time.
function tell(place) {
  const texts = new Map(here().messages.map((one) => [one.ts, one.text]));
  if (heard?.place === place) {
    const news = here().messages.filter((one) => one.user !== world.you && heard.texts.get(one.ts) !== one.text);
    if (news.length) announce(news.map((one) => `${person(one.user).name}: ${one.text}`).join(". "));
  }
  heard = { place, texts };
}

function row(message, at, joined) {
  const who = person(message.user);
  const see = { ...reader(), surface: new Surface({ channel: message.channel, ts: message.ts }) };
  const name = longOf(at, see.zone);
  const clock = clockOf(at, see.zone);
  const time = el("time", { datetime: message.care_at, title: name }, joined ? clock.split(" ")[0] : clock);
  return el("li", { class: `message${message.ephemeral ? " private" : ""}${joined ? " joined" : ""}` },
    joined ? el("span", { class: "when" }, time) : face(who),
    el("div", { class: "body" },
      message.ephemeral ? el("p", { class: "only" }, icon("eye"), "Only visible to you") : null,
      joined ? el("span", { class: "unseen" }, who.name) : el("p", { class: "who" }, el("strong", { dir: "auto" }, who.name),
        who.app ? el("span", { class: "badge" }, "App") : null, time),
      message.blocks.length ? message.blocks.map((one) => block(one, see))
        : el("div", { class: "text", dir: "auto" }, mrkdwn(message.text, see)),
      pictures(message.files || []),
      message.edited ? el("span", { class: "edited" }, "(edited)") : null,
      message.ephemeral
        ? el("button", { type: "button", class: "dismiss", onclick: () => dismiss(message) }, "Dismiss message") : null),
    moreActions(message));
}

function empty(start) {
  const dm = here().kind === "dm";
  return el("li", { class: "empty" }, el("h2", {}, "Nothing here yet"),
    el("p", { class: "quiet" }, dm ? "Kept writes here when something needs you." : "Try these, one after the other:"),
    dm ? null : el("ul", {}, start.lines.map((one) => el("li", {}, el("button", {
      type: "button", onclick: () => start.put(one.type) }, el("span", {}, one.say), el("code", {}, one.type))))));
}

async function dismiss(message) {
  try {
    await send("/do/dismiss", { as: world.you, ts: message.ts });
    $("text").focus();
  } catch (error) {
    warn(error.message);
  }
}

export function toEnd() {
  $("scroll").scrollTop = $("scroll").scrollHeight;
  $("to-end").hidden = true;
}

export function startMessages() {
  $("to-end").addEventListener("click", toEnd);
  $("scroll").addEventListener("scroll", () => {
    if ($("scroll").scrollHeight - $("scroll").scrollTop - $("scroll").clientHeight < 80) $("to-end").hidden = true;
  });
}
