// Every text that is seen, against what lies behind it, as WCAG 2.2 counts it. Pictures and gradients are left out.
// Returns those that are too faint.
() => {
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number); return { r, g, b, a }; };
  const mixed = (top, under, name) => top[name] * top.a + under[name] * (1 - top.a);
  const over = (top, under) => ({ r: mixed(top, under, 'r'), g: mixed(top, under, 'g'), b: mixed(top, under, 'b'), a: 1 });
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ({ r, g, b }) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const behind = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== 'none') return null;
      layers.push(parse(style.backgroundColor));
      if (layers.at(-1).a === 1 || at.matches('dialog')) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || one.closest('.unseen, .skip, noscript')) continue;
    if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const back = behind(one);
    const style = getComputedStyle(one);
    if (!back || parse(style.color).a === 0) continue;
    const seen = [light(over(parse(style.color), back)), light(back)].sort((a, b) => b - a);
    const ratio = (seen[0] + 0.05) / (seen[1] + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) found.push(`${walk.currentNode.data.trim()}: ${ratio.toFixed(2)}`);
  }
  return found;
}
