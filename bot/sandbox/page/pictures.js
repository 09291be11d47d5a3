// Files of a message: pictures are shown, with their words for those who do not see them; anything else is to be downloaded.

import { el } from "./dom.js";

const SHOWN = new Set(["image/png", "image/jpeg", "image/gif"]);

export const pictures = (files) => files.map((file) => {
  const { origin, pathname } = new URL(file.url_private, location.href);
  // The page may be looked at under another name of this machine than the one that the address has.
  const here = /^http:\/\/(127\.0\.0\.1|localhost):/.test(`${origin}/`) && pathname.startsWith("/files/");
  const name = el("figcaption", { class: "quiet", dir: "auto" }, file.title || file.name);
  if (!here) return el("figure", {}, name);
  const alt = file.alt_txt || file.title || file.name;
  const inside = SHOWN.has(file.mimetype) ? el("img", { src: pathname, alt }) : "Download";
  return el("figure", {}, name, el("a", { href: pathname, target: "_blank", rel: "noreferrer noopener" }, inside));
});
