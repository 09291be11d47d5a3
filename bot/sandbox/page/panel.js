// The panel beside: what a phone would show, the fault switches, and the log.

import { $, el, send, warn } from "./dom.js";
import { clockOf } from "./dates.js";
import { mrkdwn } from "./mrkdwn.js";

export function startPanel() {
  const narrow = window.matchMedia("(max-width: 1100px)");
  const toggle = (open) => {
    document.body.classList.toggle("panel-shut", !open);
    $("open-panel").setAttribute("aria-expanded", String(open));
  };
  toggle(!narrow.matches);
  narrow.addEventListener("change", () => toggle(!narrow.matches));
  $("open-panel").addEventListener("click", () => toggle(document.body.classList.contains("panel-shut")));
  $("close-panel").addEventListener("click", () => { toggle(false); $("open-panel").focus(); });
  $("faults").addEventListener("submit", (event) => {
    event.preventDefault();
    const body = { method: $("fault-method").value, kind: $("fault-kind").value, times: Number($("fault-times").value) };
    send("/do/fail", body).catch((error) => warn(error.message));
  });
}

export function showPanel(state, { person, zone, you }) {
  const see = { you, zone, people: new Map(state.people.map((one) => [one.id, one])),
    channels: new Map(state.conversations.map((one) => [one.id, one.name])) };
  $("phone-of").textContent = `${person(you).name.split(" ")[0]}'s`;
  $("phone").replaceChildren(phone(state.notification, person, see));
  if (!$("fault-method").options.length) {
    $("fault-method").append(...state.methods.map((one) => el("option", { value: one, selected: one === "chat.postMessage" }, one)));
    $("fault-kind").append(...Object.entries(state.kinds).map(([kind, about]) => el("option", { value: kind }, about)));
  }
  const waiting = Object.entries(state.faults).map(([method, kinds]) => `${method}: ${kinds.join(", ")}`);
  $("fault-waiting").textContent = waiting.length ? `Waiting: ${waiting.join("; ")}` : "";
  $("log").replaceChildren(...state.events.toReversed().map((one) => el("li", { class: `log-${one.kind}` },
    el("time", { datetime: one.at, title: "Wall time" }, new Date(one.at).toLocaleTimeString("en-US", { hour12: false })),
    el("span", { class: "log-kind" }, one.kind), el("span", {}, el("strong", {}, one.who), ` ${one.what}`))));
}

function phone(note, person, see) {
  if (!note) return el("p", { class: "quiet" }, "No notification yet. A direct message or a mention shows here as its short text.");
  return el("div", { class: "note" },
    el("p", { class: "note-head" }, el("strong", {}, "Kept sandbox"), el("time", {}, clockOf(new Date(note.care_at), see.zone))),
    el("p", { class: "note-title" }, note.name ? `${person(note.user).name} in ${note.name}` : person(note.user).name),
    el("p", {}, mrkdwn(note.text, see)));
}
