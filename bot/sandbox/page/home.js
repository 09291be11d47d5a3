// The app's direct messages have two tabs: its Home, which it publishes for each person, and the messages.

import { $, el, send, warn } from "./dom.js";
import { Sheet } from "./sheet.js";
import { atHome, here, remember, world } from "./world.js";

let sheet = null;
let shown = "";

export function showHome() {
  const app = here().kind === "dm";
  $("tabs").hidden = !app;
  for (const name of ["home", "messages"]) {
    const on = (app ? world.tab : "messages") === name;
    $(`tab-${name}`).setAttribute("aria-selected", String(on));
    $(`tab-${name}`).tabIndex = on ? 0 : -1;
  }
  $("home").hidden = !atHome();
  $("talk").hidden = atHome();
  const view = world.state.home;
  if (!view) {
    [sheet, shown] = [null, ""];
    $("home-sheet").replaceChildren(el("div", { class: "empty" }, el("h2", {}, "No Home yet"),
      el("p", {}, "Kept shows your day here once it has published it.")));
  } else {
    if (shown !== view.id) {
      $("home-sheet").replaceChildren();
      sheet = new Sheet($("home-sheet"), view, warn);
      shown = view.id;
    }
    sheet.show(view);
  }
}

// Tells Kept that its Home is looked at, so that it can bring it up to date.
export function openHome() {
  send("/do/home", { as: world.you }).catch((error) => warn(error.message));
}

export function startHome(show) {
  const turn = (name) => {
    world.tab = name;
    remember();
    show();
    if (name === "home") openHome();
  };
  for (const name of ["home", "messages"]) {
    $(`tab-${name}`).addEventListener("click", () => turn(name));
    $(`tab-${name}`).addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
      event.preventDefault();
      const other = name === "home" ? "messages" : "home";
      turn(other);
      $(`tab-${other}`).focus();
    });
  }
}
