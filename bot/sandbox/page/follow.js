// The one thing that is waited for: the state of the sandbox as one person sees it, each time it is newer.

import { forgetYou, world } from "./world.js";

let since = -1;
let asking = new AbortController();
const waiting = [];

// Resolves when the state as it is now has been shown, whatever was under way.
export function fresh() {
  since = -1;
  const shown = new Promise((done) => { waiting.push(done); });
  asking.abort();
  return shown;
}

export async function follow(show, lost) {
  for (;;) {
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(`/state?since=${since}&as=${encodeURIComponent(world.you)}`, { signal });
      const found = await answer.json();
      if (answer.status === 400 && forgetYou()) continue;
      if (!answer.ok) throw new Error(found.error);
      if (signal.aborted || found.you !== world.you) continue;
      since = found.version;
      show(found);
      for (const done of waiting.splice(0)) done();
    } catch (error) {
      since = -1;
      if (signal.aborted) continue;
      lost(error);
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}
