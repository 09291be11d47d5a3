// The panel beside: what a phone would show, the fault switches, and the log.

import { $, announce, el, reconcile, send, warn } from "./dom.js";
import { clockOf } from "./dates.js";
import { mrkdwn } from "./mrkdwn.js";
import { first, person, reader, world } from "./world.js";

const WAYS = { http: "Kept is reached over signed HTTP.", socket: "Kept is connected in Socket Mode.",
  none: "Kept is not connected: what is typed will fail." };

export function startPanel() {
  const narrow = window.matchMedia("(max-width: 1100px)");
  const toggle = (open) => {
    document.body.classList.toggle("panel-shut", !open);
    $("open-panel").setAttribute("aria-expanded", String(open));
  };
  const put = () => toggle(!narrow.matches);
  put();
  narrow.addEventListener("change", put);
  $("open-panel").addEventListener("click", () => {
    toggle(document.body.classList.contains("panel-shut"));
    if (narrow.matches) $("close-panel").focus();
  });
  $("close-panel").addEventListener("click", () => { toggle(false); $("open-panel").focus(); });
  $("panel").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !narrow.matches) return;
    toggle(false);
    $("open-panel").focus();
  });
  $("faults").addEventListener("submit", (event) => {
    event.preventDefault();
    act("fail", { method: $("fault-method").value, kind: $("fault-kind").value, times: Number($("fault-times").value) });
  });
}

const act = (what, body) => send(`/do/${what}`, body).then(() => announce("Done.")).catch((error) => warn(error.message));

export function showPanel() {
  const { state } = world;
  const see = reader();
  $("phone-of").textContent = `${first(person(world.you).name)}'s`;
  $("phone-clock").textContent = $("care-time").textContent.split(", ").at(-1).replace(/ [AP]M$/, "");
  $("phone").replaceChildren(phone(state.notification, see));
  $("transport").textContent = WAYS[state.transport] || "";
  $("transport").className = `transport ${state.transport || ""}`;
  if (!$("fault-method").options.length) {
    const usual = "chat.postMessage";
    $("fault-method").append(...state.methods.map((one) => el("option", { value: one, selected: one === usual }, one)));
    $("fault-kind").append(...Object.entries(state.kinds).map(([kind, about]) => el("option", { value: kind }, about)));
  }
  const waiting = Object.entries(state.faults).map(([method, kinds]) => `${method}: ${kinds.join(", ")}`);
  $("fault-waiting").textContent = waiting.length ? `Waiting: ${waiting.join("; ")}` : "";
  showSwitches(state.switches || []);
  reconcile($("log"), state.events.toReversed().map(entry));
}

let flipped = new Map();

function showSwitches(all) {
  const now = new Map(all.map((one) => [JSON.stringify(one), one]));
  reconcile($("switches"), [...now].map(([key, one]) => {
    const button = flipped.get(key) || el("button", { type: "button", onclick: () => act(one.do, one.body) }, one.label);
    flipped.set(key, button);
    return button;
  }));
  flipped = new Map([...flipped].filter(([key]) => now.has(key)));
}

const lines = new Map(); // an entry of the log never changes

function entry(one) {
  const key = JSON.stringify(one);
  if (!lines.has(key)) {
    if (lines.size > 2000) lines.clear();
    lines.set(key, el("li", { class: `log-${one.kind}` },
      el("time", { datetime: one.at, title: "Wall time" }, new Date(one.at).toLocaleTimeString("en-US", { hour12: false })),
      el("span", { class: "log-kind" }, one.kind),
      el("span", { class: "log-what", dir: "auto" }, el("strong", {}, one.who), ` ${one.what}`)));
  }
  return lines.get(key);
}

function phone(note, see) {
  if (!note) {
    return el("p", { class: "note quiet" }, "No notification yet. A direct message or a mention shows here as its short text.");
  }
  const from = person(note.user).name;
  return el("div", { class: "note" },
    el("p", { class: "note-head" }, el("span", {}, "Kept sandbox"), el("time", {}, clockOf(new Date(note.care_at), see.zone))),
    el("p", { class: "note-title", dir: "auto" }, note.name ? `${from} in ${note.name}` : from),
    el("p", { dir: "auto" }, mrkdwn(note.text, see)));
}
