// Care time, and the buttons that move it.

import { $, announce, send, warn } from "./dom.js";
import { careNow, longOf, setOffset, zoneOf } from "./dates.js";
import { world, zone } from "./world.js";

export function showClock() {
  setOffset(world.state.offset);
  const now = careNow();
  $("care-time").textContent = longOf(now, zone());
  $("care-zone").textContent = zoneOf(now, zone());
}

export function startClock() {
  for (const button of document.querySelectorAll("[data-by]")) {
    button.addEventListener("click", async () => {
      const { by } = button.dataset;
      try {
        await send("/do/clock", { by: by === "morning" ? by : Number(by) }).then((answer) => setOffset(answer.offset));
        announce(`It is now ${longOf(careNow(), zone())}.`);
      } catch (error) {
        warn(error.message);
      }
    });
  }
  setInterval(() => { if (world.state) showClock(); }, 5000);
}
