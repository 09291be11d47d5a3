// The page: one state that is waited for, and each part shown from it.

import { $, send, warn } from "./dom.js";
import { showClock, startClock } from "./clock.js";
import { Composer } from "./composer.js";
import { follow, fresh } from "./follow.js";
import { openHome, showHome, startHome } from "./home.js";
import { showMessages, startMessages, toEnd } from "./messages.js";
import { showModals, startModal } from "./modal.js";
import { showPanel, startPanel } from "./panel.js";
import { showShortcuts, startShortcuts } from "./shortcuts.js";
import { showPlace, showSide } from "./side.js";
import { atHome, here, markRead, remember, world } from "./world.js";

const composer = new Composer({
  key: () => `${world.you} ${world.place}`,
  send: async (text) => {
    const path = text.trimStart().startsWith("/") ? "/do/command" : "/do/say";
    const answer = await send(path, { as: world.you, channel: here().id, text });
    toEnd();
    if (!answer.ok) warn(`Not sent: ${answer.error}. What you typed is still here.`);
    return answer.ok;
  },
});

function show(found = world.state) {
  const another = world.state?.you !== found.you;
  document.body.classList.remove("lost");
  world.state = found;
  world.place = here().id;
  if (another) composer.load(); // each person has drafts of their own
  markRead();
  remember();
  showClock();
  showSide({ become, go });
  showPlace();
  showHome();
  showMessages({ lines: composer.start, put: (text) => composer.put(text) });
  showShortcuts();
  showPanel();
  showModals(found.stack || []);
}

function become(id) {
  if (id === world.you) return;
  Object.assign(world, { you: id, place: "" });
  fresh();
  drawer(false);
}

function go(id) {
  const moved = here().id !== id;
  world.place = id;
  show();
  composer.load();
  if (moved && atHome()) openHome();
  toEnd();
  drawer(false);
  // A finger would bring up a keyboard that nobody asked for.
  const write = matchMedia("(pointer: coarse)").matches ? $("scroll") : $("text");
  (atHome() ? $("tab-home") : write).focus();
}

function drawer(open) {
  document.body.classList.toggle("side-open", open);
  $("open-side").setAttribute("aria-expanded", String(open));
  if (open) $("side").querySelector("[aria-current]").focus();
}

function lost() {
  document.body.classList.add("lost");
  $("place-about").textContent = "The sandbox does not answer. Trying again…";
}

$("open-side").addEventListener("click", () => drawer(!document.body.classList.contains("side-open")));
document.querySelector("main").addEventListener("pointerdown", () => drawer(false));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !document.body.classList.contains("side-open")) return;
  drawer(false);
  $("open-side").focus();
});
$("alert-close").addEventListener("click", () => { warn(""); $("text").focus(); });
document.addEventListener("visibilitychange", () => { if (world.state) show(); });

startClock();
startHome(show);
startMessages();
startModal();
startPanel();
startShortcuts();
await composer.ready();
follow(show, lost);
