// Elements are made here and nowhere else. Text is always a text node, so nothing typed can become markup.

export const $ = (id) => document.getElementById(id);

let made = 0;
export const fresh = (name) => `${name}-${(made += 1)}`; // an id of its own

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false && one !== ""));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

export const safe = (address) => /^https?:\/\//i.test(address);

// Only web addresses become links; anything else stays text.
export function link(address, text, attributes = {}) {
  if (!safe(address)) return el("span", {}, text || address);
  return el("a", { href: address, target: "_blank", rel: "noreferrer noopener", ...attributes }, text || address);
}

export const broken = (text) => el("div", { class: "broken", role: "note" }, text);

// The rows of a parent, in order; a row that was there stays the same element, with its focus and what is open in it.
export function reconcile(parent, rows) {
  const wanted = new Set(rows);
  for (const old of [...parent.children]) if (!wanted.has(old)) old.remove();
  rows.forEach((one, at) => { if (parent.children[at] !== one) parent.insertBefore(one, parent.children[at] || null); });
}

const FOCUSABLE = "button, input, select, textarea, a[href]";

// Runs what draws `root` anew. What had the focus has it again, found by its data-key, with the caret where it was.
export function keepingFocus(root, draw, otherwise) {
  const had = document.activeElement;
  const inside = had && had !== root && root.contains(had);
  const key = inside ? had.closest("[data-key]")?.dataset.key : null;
  const caret = inside && typeof had.selectionStart === "number" ? [had.selectionStart, had.selectionEnd] : null;
  draw();
  if (!inside || document.activeElement === had) return;
  const found = key && [...root.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
  const target = found?.matches(FOCUSABLE) ? found : found?.querySelector(FOCUSABLE);
  if (target) {
    target.focus();
    if (caret && typeof target.selectionStart === "number") target.setSelectionRange(...caret);
  } else if (otherwise) {
    otherwise();
  }
}

export async function send(path, body) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  }).catch(() => { throw new Error("The sandbox does not answer."); });
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(found.error || `The sandbox answered ${answer.status}.`);
  return found;
}

export function warn(text) {
  $("alert-text").textContent = text;
  $("alert").hidden = !text;
}

// Read out by a screen reader when it has finished what it is saying.
export function announce(text) {
  $("live").textContent = text;
}
