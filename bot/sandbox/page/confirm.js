// The question that a control asks before it does anything.

import { el, fresh } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

// Resolves to whether the person said yes. Escape is no.
export function confirmed(confirm, see) {
  const [title, text] = [fresh("title"), fresh("text")];
  return new Promise((done) => {
    const dialog = el("dialog", { class: "modal ask", role: "alertdialog", "aria-modal": "true", "aria-labelledby": title,
      "aria-describedby": text, onkeydown: (event) => event.stopPropagation(), onclose: () => {
        dialog.remove();
        done(dialog.returnValue === "yes");
      } },
    el("h2", { id: title, dir: "auto" }, confirm.title.text),
    el("div", { id: text, class: "text", dir: "auto" },
      confirm.text.type === "mrkdwn" ? mrkdwn(confirm.text.text, see) : confirm.text.text),
    el("div", { class: "modal-foot" },
      el("button", { type: "button", onclick: () => dialog.close("no") }, confirm.deny.text),
      el("button", { type: "button", class: confirm.style || "primary", onclick: () => dialog.close("yes") },
        confirm.confirm.text)));
    (document.querySelector("dialog[open]") || document.body).append(dialog);
    dialog.showModal();
  });
}
