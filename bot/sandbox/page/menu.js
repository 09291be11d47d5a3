// A button that opens a menu. Arrows move, Enter chooses, Escape and Tab close.

import { el, fresh } from "./dom.js";
import { Popup } from "./popup.js";

// `items` gives what the menu holds when it opens: [{ label, about, does }]. Both elements come back in one.
export function menuButton(button, items, name) {
  const menu = el("div", { class: "menu", role: "menu", id: fresh("menu"), "aria-label": name,
    onkeydown: pressed, onfocusout: left });
  const popup = new Popup(menu, button, { shut: close });
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", menu.id);
  button.addEventListener("click", () => (popup.open ? close() : open(0)));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open(event.key === "ArrowDown" ? 0 : -1);
  });

  function open(at) {
    menu.replaceChildren(...items().map((one) => el("button", {
      type: "button", role: "menuitem", tabindex: "-1", dir: "auto", onclick: () => { close(); button.focus(); one.does(); },
    }, one.label, one.about ? el("span", { class: "quiet" }, one.about) : null)));
    if (!menu.children.length) return;
    button.setAttribute("aria-expanded", "true");
    popup.show();
    menu.children[at < 0 ? menu.children.length - 1 : at].focus();
  }

  function close() {
    popup.hide();
    button.setAttribute("aria-expanded", "false");
  }

  function left(event) {
    if (!menu.contains(event.relatedTarget) && event.relatedTarget !== button) close();
  }

  function pressed(event) {
    const all = [...menu.children];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") {
      close();
      button.focus();
      if (event.key === "Escape") event.preventDefault();
      event.stopPropagation();
    } else if (to !== undefined) {
      event.preventDefault();
      all.at(to % all.length).focus();
    } else if (event.key.length === 1) {
      const letter = event.key.toLowerCase();
      [...all.slice(at + 1), ...all].find((one) => one.textContent.toLowerCase().startsWith(letter))?.focus();
    }
  }

  return el("span", { class: "has-menu" }, button, menu);
}
