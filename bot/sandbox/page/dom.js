// Elements are made here and nowhere else. Text is always a text node, so nothing typed can become markup.

export const $ = (id) => document.getElementById(id);

export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "onclick" || key === "onchange" || key === "onsubmit") made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== ""));
  return made;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

// Only web addresses become links; anything else stays text.
export function link(address, text) {
  if (!/^https?:\/\//i.test(address)) return el("span", {}, text || address);
  return el("a", { href: address, target: "_blank", rel: "noreferrer noopener" }, text || address);
}

export async function send(path, body) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(found.error || `The sandbox answered ${answer.status}.`);
  return found;
}

export function warn(text) {
  $("alert-text").textContent = text;
  $("alert").hidden = !text;
}
