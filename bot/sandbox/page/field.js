// An input block: a label tied to its control, a hint, whether it may be left empty, and what is wrong with it.

import { broken, el, fresh } from "./dom.js";
import { input, isGroup, known, PICKERS } from "./inputs.js";

export function field(block, see) {
  const one = block.element;
  if (!known(one)) return broken(`The sandbox cannot draw a field of type “${one.type}”.`);
  const [id, name, hint, error] = ["field", "name", "hint", "error"].map(fresh);
  const group = isGroup(one);
  const tail = block.optional ? el("span", { class: "optional" }, " (optional)") : null;
  const label = el(group ? "span" : "label", { id: name, class: "name", for: group ? null : id, dir: "auto" },
    block.label.text, tail);
  const wrong = el("p", { class: "error", id: error, dir: "auto" });
  wrong.hidden = true;
  const made = input(block, one, see, {
    id, labelledby: name, required: !block.optional, optional: Boolean(block.optional), hints: block.hint ? [hint] : [],
    // A field that is told to acts at once as well; one of text on Enter or with every letter.
    chosen: block.dispatch_action ? () => see.surface.press(block, one, see.surface.value(block, one)) : null,
  });
  const node = el("div", { class: `field${PICKERS.has(one.type) ? " short" : ""}` }, label, made,
    block.hint ? el("p", { class: "hint", id: hint, dir: "auto" }, block.hint.text) : null, wrong);
  // Shows a sentence at this field, or takes it away; says whether there is one.
  node.complain = (sentence) => {
    wrong.textContent = sentence || "";
    wrong.hidden = !sentence;
    node.classList.toggle("wrong", Boolean(sentence));
    for (const target of node.querySelectorAll("[data-input]")) {
      target.toggleAttribute("aria-invalid", false);
      if (sentence) target.setAttribute("aria-invalid", "true");
      const described = [...(sentence ? [error] : []), ...(block.hint ? [hint] : [])].join(" ");
      if (described) target.setAttribute("aria-describedby", described);
      else target.removeAttribute("aria-describedby");
    }
    return Boolean(sentence);
  };
  node.complain("");
  return node;
}
