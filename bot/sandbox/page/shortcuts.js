// Shortcuts: those that begin anywhere, beside the composer, and those on a message, under its "More actions".

import { $, el, icon, send, warn } from "./dom.js";
import { menuButton } from "./menu.js";
import { here, world } from "./world.js";

const offered = (type) => (world.state.shortcuts || []).filter((one) => one.type === type);

const begin = (one, message) => async () => {
  try {
    const place = message ? { channel: message.channel, ts: message.ts } : { channel: here().id };
    const answer = await send("/do/shortcut", { as: world.you, callback_id: one.callback_id, ...place });
    if (!answer.ok) warn(`Kept did not answer: ${answer.error}. You can try again.`);
  } catch (error) {
    warn(error.message);
  }
};

const listed = (type, message) => offered(type).map((one) => ({ label: one.name, about: "Kept", does: begin(one, message) }));

export function startShortcuts() {
  const button = el("button", { type: "button", class: "icon", "aria-label": "Shortcuts", title: "Shortcuts" }, icon("bolt"));
  $("shortcuts-place").append(menuButton(button, () => listed("global"), "Shortcuts"));
}

export function showShortcuts() {
  $("shortcuts-place").hidden = !offered("global").length;
}

// Nothing is offered on what only one person sees: apps get no such message from Slack.
export function moreActions(message) {
  if (message.ephemeral || !offered("message").length) return null;
  const button = el("button", { type: "button", class: "icon", "aria-label": "More actions", title: "More actions",
    "data-key": `more ${message.ts}` }, icon("dots"));
  return el("div", { class: "hover" }, menuButton(button, () => listed("message", message), "More actions"));
}
