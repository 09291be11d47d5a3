// A list that lies over everything else, under what it belongs to, or above it where there is no room below.

const GAP = 4;

export class Popup {
  // `node` stands right after `anchor`, so that it is in the same dialog. `shut` is called when a press elsewhere closes it.
  constructor(node, anchor, { wide = false, shut = () => {} } = {}) {
    this.node = node;
    this.anchor = anchor;
    this.wide = wide; // as wide as what it belongs to
    this.shut = shut;
    node.popover = "manual";
    this.place = (event) => { if (!(event.target instanceof Node && node.contains(event.target))) this.settle(); };
    this.outside = (event) => {
      if (!node.contains(event.target) && !anchor.contains(event.target)) this.shut();
    };
  }

  get open() {
    return this.node.matches(":popover-open");
  }

  show() {
    if (this.open) return this.settle();
    this.node.showPopover();
    this.settle();
    document.addEventListener("pointerdown", this.outside, true);
    document.addEventListener("scroll", this.place, true);
    window.addEventListener("resize", this.place);
  }

  hide() {
    document.removeEventListener("pointerdown", this.outside, true);
    document.removeEventListener("scroll", this.place, true);
    window.removeEventListener("resize", this.place);
    if (this.open) this.node.hidePopover();
  }

  settle() {
    if (!this.anchor.isConnected) return this.hide();
    const at = this.anchor.getBoundingClientRect();
    const { style, scrollTop } = this.node;
    if (this.wide) style.width = `${at.width}px`;
    style.maxHeight = "";
    const below = innerHeight - at.bottom - 2 * GAP;
    const above = at.top - 2 * GAP;
    const up = this.node.offsetHeight > below && above > below;
    style.maxHeight = `${Math.min(320, Math.max(96, up ? above : below))}px`;
    const { offsetHeight: high, offsetWidth: across } = this.node;
    style.top = `${up ? at.top - GAP - high : at.bottom + GAP}px`;
    this.node.scrollTop = scrollTop;
    style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - across - GAP))}px`;
  }
}
