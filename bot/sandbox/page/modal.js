// A person's open modals, of which the top one shows. What is typed in the ones below stays, as it does when one is refused.

import { $, el, send } from "./dom.js";
import { fresh } from "./follow.js";
import { Sheet } from "./sheet.js";
import { world } from "./world.js";

const sheets = new Map(); // by view id
let top = null;
let from = null; // what had the focus before
let closing = false;

export function showModals(stack) {
  const view = stack.at(-1);
  for (const id of sheets.keys()) if (!stack.some((one) => one.id === id)) sheets.delete(id);
  if (!view) return shut();
  const another = view.id !== top?.id;
  if (another) sheets.get(top?.id)?.leave();
  top = view;
  if (!sheets.has(view.id)) sheets.set(view.id, page(view));
  const { sheet, body } = sheets.get(view.id);
  frame(view, stack.length);
  if (body.parentNode !== $("modal-body")) $("modal-body").replaceChildren(body);
  if (!$("modal").open) {
    from = document.activeElement;
    $("modal").showModal();
  }
  sheet.show(view);
  notice(view.notice || "");
  sheets.get(view.id).come(another);
}

// One view: where its blocks are, and where the focus was when another was put on it.
function page(view) {
  const body = el("div", { class: "sheet" });
  const sheet = new Sheet(body, view, notice);
  let last = null; // what had the focus when another view was put on this one
  let put = null; // where the focus was put for want of a field: an app may show the form itself only in its next view
  return {
    sheet, body,
    leave: () => { last = body.contains(document.activeElement) ? document.activeElement : null; },
    come: (another) => {
      if (another && last?.isConnected) {
        last.focus();
      } else if (another || (put && !(put.isConnected && put !== document.activeElement))) {
        const found = sheet.focus();
        if (!body.contains(document.activeElement)) $("modal-title").focus();
        put = found ? null : document.activeElement;
      }
    },
  };
}

function frame(view, deep) {
  $("modal-title").textContent = view.title.text;
  $("modal-back").hidden = deep < 2;
  $("modal-submit").hidden = !view.submit;
  $("modal-submit").textContent = view.submit?.text || "";
  $("modal-cancel").textContent = view.close?.text || (view.submit ? "Cancel" : "Close");
}

function notice(text) {
  $("modal-notice").textContent = text;
  $("modal-notice").hidden = !text;
}

function shut() {
  top = null;
  if (!$("modal").open) return;
  $("modal").close();
  $("modal-body").replaceChildren();
  notice("");
  if (from?.isConnected && from !== document.body) from.focus();
  else $("text").focus();
}

async function submit() {
  if (!top || $("modal-submit").getAttribute("aria-disabled")) return;
  const { id } = top;
  const { sheet } = sheets.get(id);
  notice("");
  $("modal-submit").setAttribute("aria-disabled", "true");
  try {
    const answer = await send("/do/submit", { as: world.you, view_id: id, values: sheet.surface.all() });
    sheet.judge();
    await fresh();
    if (top?.id === id && !sheet.focusWrong() && !answer.ok && $("modal-notice").hidden) {
      notice(`Kept did not answer: ${answer.error}. What you typed is still here.`);
    }
  } catch (error) {
    notice(`${error.message} What you typed is still here.`);
  }
  $("modal-submit").removeAttribute("aria-disabled");
}

async function close(everything) {
  if (!top || closing) return;
  closing = true;
  try {
    await send("/do/close", { as: world.you, view_id: top.id, everything });
    await fresh();
  } catch (error) {
    notice(error.message);
  }
  closing = false;
}

// The dialog holds the focus by itself, but for the browser's own buttons between its last control and its first.
function held(event) {
  if (event.key === "Escape") {
    event.preventDefault();
    close(false);
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    submit();
  } else if (event.key === "Tab") {
    const all = [...$("modal").querySelectorAll("button, input, select, textarea, a[href], [tabindex='0']")]
      .filter((one) => one.tabIndex >= 0 && one.checkVisibility());
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0]).focus();
  }
}

export function startModal() {
  $("modal").addEventListener("keydown", held);
  $("modal").addEventListener("cancel", (event) => { event.preventDefault(); close(false); });
  $("modal-form").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  $("modal-back").addEventListener("click", () => close(false));
  $("modal-cancel").addEventListener("click", () => close(false));
  $("modal-close").addEventListener("click", () => close(true));
}
