// The page: who you are, where you are, and one state that is waited for. It holds no state of its own but what you read.

import { $, el, icon, send, warn } from "./dom.js";
import { careNow, clockOf, dayName, dayOf, longOf, setOffset, zoneOf } from "./dates.js";
import { content } from "./blocks.js";
import { Composer } from "./composer.js";
import { showPanel, startPanel } from "./panel.js";

const asked = new URLSearchParams(location.search);
const kept = (name, usual) => sessionStorage.getItem(name) || usual;
const read = JSON.parse(kept("read", "{}")); // per person, the newest message read in each conversation
let you = asked.get("as") || kept("you", "U0ANA");
let place = asked.get("in") || kept("place", "");
let state = null;
let asking = null;

const person = (id) => state.people.find((one) => one.id === id) || { id, name: id };
const here = () => state.conversations.find((one) => one.id === place) || state.conversations[0];
const zone = () => person(you).tz;

const composer = new Composer({
  key: () => `${you} ${place}`,
  send: async (text) => {
    const path = text.trimStart().startsWith("/") ? "/do/command" : "/do/say";
    const answer = await send(path, { as: you, channel: here().id, text });
    toEnd();
    if (!answer.ok) warn(`Not sent: ${answer.error}. What you typed is still here.`);
    return answer.ok;
  },
});

async function follow() {
  let since = -1;
  for (;;) {
    asking = new AbortController();
    try {
      const answer = await fetch(`/state?since=${since}&as=${you}`, { signal: asking.signal });
      if (!answer.ok) throw new Error("no state");
      const found = await answer.json();
      document.body.classList.remove("lost");
      if (found.you === you) {
        since = found.version;
        show(found);
      }
    } catch (error) {
      if (error.name !== "AbortError") {
        document.body.classList.add("lost");
        $("place-about").textContent = "The sandbox does not answer. Trying again…";
        await new Promise((done) => setTimeout(done, 1000));
      }
      since = -1;
    }
  }
}

function show(found) {
  const first = !state || state.you !== found.you;
  const another = first && state;
  const before = first ? null : here().messages.at(-1)?.ts;
  state = found;
  place = here().id;
  if (another) composer.load(); // each person has drafts of their own
  sessionStorage.setItem("you", you);
  sessionStorage.setItem("place", place);
  setOffset(state.offset);
  showClock();
  showMessages();
  markRead();
  showSide();
  showPanel(state, { person, zone: zone(), you });
  const newest = here().messages.at(-1);
  if (!first && newest && newest.ts !== before && newest.user !== you) {
    $("live").textContent = `${person(newest.user).name}: ${newest.text}`;
  }
}

function showClock() {
  const now = careNow();
  $("care-time").textContent = longOf(now, zone());
  $("care-zone").textContent = zoneOf(now, zone());
}

// Side: people and conversations

function face(one) {
  const letters = one.name.split(" ").map((part) => part[0]).join("").slice(0, 2);
  return el("span", { class: `face ${one.app ? "app" : `tone-${Math.max(0, state.people.indexOf(one)) % 4}`}`, "aria-hidden": "true" }, letters);
}

function showSide() {
  const people = state.people.filter((one) => !one.app);
  refill($("people"), people.map((one) => el("button", {
    type: "button", class: "person", "aria-pressed": String(one.id === you), "data-key": one.id, onclick: () => become(one.id),
  }, face(one), el("span", { class: "person-name" }, one.name, el("span", { class: "quiet" }, one.title)))));
  refill($("channels"), state.conversations.filter((one) => one.kind !== "dm").map(entry));
  refill($("dms"), state.conversations.filter((one) => one.kind === "dm").map(entry));
  const one = here();
  $("place").replaceChildren(one.kind === "dm" ? face(person("U0KEPT")) : icon(one.kind === "private" ? "lock" : "hash"), one.name);
  $("place-about").textContent = one.kind === "dm" ? "Direct messages with the app"
    : `${one.members.filter((id) => !person(id).app).map((id) => person(id).name).join(", ")} and Kept`;
  $("text").placeholder = `Write as ${person(you).name.split(" ")[0]}, or / for commands`;
}

function entry(one) {
  const count = one.messages.filter((message) => message.user !== you && message.ts > (read[you]?.[one.id] || "")).length;
  return el("li", { "data-key": one.id }, el("button", {
    type: "button", class: count ? "unread" : "", "aria-current": one.id === here().id ? "page" : null, onclick: () => go(one.id),
  }, one.kind === "dm" ? face(person("U0KEPT")) : icon(one.kind === "private" ? "lock" : "hash"), el("span", {}, one.name),
  count ? el("span", { class: "count" }, String(count), el("span", { class: "unseen" }, " unread")) : null));
}

// New children in place of the old; the one that had the focus has it again.
function refill(parent, children) {
  const focus = document.activeElement?.closest("[data-key]");
  const key = focus && parent.contains(focus) ? focus.dataset.key : null;
  parent.replaceChildren(...children);
  const found = key && parent.querySelector(`[data-key="${key}"]`);
  if (found) (found.matches("button") ? found : found.querySelector("button")).focus();
}

function markRead() {
  const newest = here().messages.at(-1);
  if (newest && document.visibilityState === "visible") (read[you] ||= {})[place] = newest.ts;
  sessionStorage.setItem("read", JSON.stringify(read));
}

function become(id) {
  you = id;
  place = "";
  asking.abort();
  drawer(false);
}

function go(id) {
  place = id;
  show(state);
  composer.load();
  toEnd();
  drawer(false);
  $("text").focus();
}

// Messages: an element stays as long as its message does, so that menus and focus survive what others do

let drawn = new Map();

function showMessages() {
  const list = $("messages");
  const scroll = $("scroll");
  const moved = list.dataset.place !== `${you} ${place}`;
  const atEnd = moved || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  list.dataset.place = `${you} ${place}`;
  const see = (message) => ({
    you, zone: zone(), people: new Map(state.people.map((one) => [one.id, one])),
    channels: new Map(state.conversations.map((one) => [one.id, one.name])),
    press: (action, choice) => press(message, action, choice),
  });
  const fresh = new Map();
  const rows = [];
  let day = "";
  for (const message of here().messages) {
    const at = new Date(message.care_at);
    if (dayOf(at, zone()) !== day) {
      day = dayOf(at, zone());
      rows.push(el("li", { class: "day" }, el("span", {}, dayName(at, zone()))));
    }
    const key = JSON.stringify([you, message]);
    fresh.set(key, drawn.get(key) || row(message, at, see(message)));
    rows.push(fresh.get(key));
  }
  if (!rows.length) rows.push(empty());
  drawn = fresh;
  reconcile(list, rows);
  if (atEnd) toEnd();
  else $("to-end").hidden = false;
}

function reconcile(list, rows) {
  for (const old of [...list.children]) if (!rows.includes(old)) old.remove();
  rows.forEach((one, at) => { if (list.children[at] !== one) list.insertBefore(one, list.children[at] || null); });
}

function row(message, at, see) {
  const who = person(message.user);
  return el("li", { class: `message${message.ephemeral ? " private" : ""}` },
    face(who),
    el("div", { class: "body" },
      message.ephemeral ? el("p", { class: "only" }, icon("eye"), "Only visible to you") : null,
      el("p", { class: "who" }, el("strong", {}, who.name), who.app ? el("span", { class: "badge" }, "App") : null,
        el("time", { datetime: message.care_at, title: longOf(at, see.zone) }, clockOf(at, see.zone))),
      content(message, see),
      message.edited ? el("span", { class: "edited" }, "(edited)") : null,
      message.ephemeral ? el("button", { type: "button", class: "dismiss", onclick: () => dismiss(message) }, "Dismiss message") : null));
}

function empty() {
  return el("li", { class: "empty" }, el("h2", {}, "Nothing here yet"),
    el("p", {}, here().kind === "dm" ? "Kept writes here when something needs you." : "Try these, one after the other:"),
    here().kind === "dm" ? null : el("ul", {}, composer.start.map((one) => el("li", {}, el("button", {
      type: "button", onclick: () => composer.put(one.type) }, el("span", {}, one.say), el("code", {}, one.type))))));
}

async function press(message, action_id, choice) {
  try {
    const answer = await send("/do/press", { as: you, channel: message.channel, ts: message.ts, action_id, choice });
    if (!answer.ok) warn(`Kept did not answer: ${answer.error}. You can press again.`);
  } catch (error) {
    warn(error.message);
  }
}

const dismiss = (message) => send("/do/dismiss", { as: you, ts: message.ts }).catch((error) => warn(error.message));

function toEnd() {
  $("scroll").scrollTop = $("scroll").scrollHeight;
  $("to-end").hidden = true;
}

function drawer(open) {
  document.body.classList.toggle("side-open", open);
  $("open-side").setAttribute("aria-expanded", String(open));
}

$("open-side").addEventListener("click", () => drawer(!document.body.classList.contains("side-open")));
document.querySelector("main").addEventListener("pointerdown", () => drawer(false));
$("to-end").addEventListener("click", toEnd);
$("scroll").addEventListener("scroll", () => {
  if ($("scroll").scrollHeight - $("scroll").scrollTop - $("scroll").clientHeight < 80) $("to-end").hidden = true;
});
$("alert-close").addEventListener("click", () => warn(""));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") drawer(false); });
document.addEventListener("visibilitychange", () => { if (state) show(state); });
for (const button of document.querySelectorAll("[data-by]")) {
  button.addEventListener("click", () => {
    const by = button.dataset.by;
    send("/do/clock", { by: by === "morning" ? by : Number(by) }).then((answer) => {
      setOffset(answer.offset);
      $("live").textContent = `It is now ${longOf(careNow(), zone())}`;
    }).catch((error) => warn(error.message));
  });
}
setInterval(() => { if (state) showClock(); }, 5000);

startPanel();
await composer.ready();
follow();
