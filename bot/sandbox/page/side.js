// The side: workspaces where there are several, who you are, and the conversations of that person.

import { $, el, icon, keepingFocus, reconcile } from "./dom.js";
import { face } from "./face.js";
import { atHome, first, here, people, person, unread, workspace, world } from "./world.js";

const LIST = new Intl.ListFormat("en");

export function showSide({ become, go }) {
  keepingFocus($("side"), () => {
    const all = world.state.workspaces || [];
    $("workspaces").hidden = all.length < 2;
    reconcile($("workspaces-list"), all.map((one) => workspaceEntry(one, become)));
    reconcile($("people"), people().map((one) => personEntry(one, become)));
    reconcile($("channels"), world.state.conversations.filter((one) => one.kind !== "dm").map((one) => entry(one, go)));
    reconcile($("dms"), world.state.conversations.filter((one) => one.kind === "dm").map((one) => entry(one, go)));
  });
}

function sign(one) {
  if (one.kind === "dm") return face(person(one.members.find((id) => person(id).app) ?? one.members.at(-1)));
  return icon(one.kind === "private" ? "lock" : "hash");
}

function workspaceEntry(one, become) {
  return el("li", { "data-key": one.id }, el("button", {
    type: "button", "aria-pressed": String(one === workspace()), onclick: () => become(one.people[0]),
  }, el("span", { class: "face square", "aria-hidden": "true" }, [...one.name][0]),
  el("span", { class: "cut", dir: "auto" }, one.name)));
}

function personEntry(one, become) {
  return el("li", { "data-key": one.id }, el("button", {
    type: "button", class: "person", "aria-pressed": String(one.id === world.you), onclick: () => become(one.id),
  }, face(one), el("span", { class: "person-name" }, el("span", { class: "cut", dir: "auto" }, one.name),
    el("span", { class: "cut quiet", dir: "auto" }, one.title))));
}

function entry(one, go) {
  const count = unread(one);
  return el("li", { "data-key": one.id }, el("button", {
    type: "button", class: count ? "unread" : "", "aria-current": one.id === here().id ? "page" : null, onclick: () => go(one.id),
  }, sign(one), el("span", { class: "cut", dir: "auto" }, one.name),
  count ? el("span", { class: "count" }, String(count), el("span", { class: "unseen" }, " unread")) : null));
}

// The head of the main part: where you are, and who else is there.
export function showPlace() {
  const one = here();
  const everyone = one.members.map(person).toSorted((a, b) => Boolean(a.app) - Boolean(b.app)).map((each) => each.name);
  $("place").replaceChildren(sign(one), el("span", { class: "cut", dir: "auto" }, one.name));
  $("place-about").textContent = one.kind === "dm" ? "Direct messages with the app" : LIST.format(everyone);
  const you = person(world.you);
  $("text").placeholder = `Write as ${first(you.name)}, or / for commands`;
  $("you-now").replaceChildren(face(you), el("span", { class: "unseen" }, `You are ${you.name}`));
  document.title = `${atHome() ? "Home" : one.name} · Kept sandbox`;
}
