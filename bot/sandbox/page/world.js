// Who you are and where, and what the sandbox said last. A reload of this tab comes back to the same place.

const asked = new URLSearchParams(location.search);
const remembered = (name, usual) => asked.get(name) || sessionStorage.getItem(name) || usual;

const USUAL = "U0ANA";

export const world = {
  you: asked.get("as") || remembered("you", USUAL),
  place: asked.get("in") || remembered("place", ""),
  tab: remembered("tab", "messages"), // of the app's direct messages: home or messages
  state: null,
};
const read = JSON.parse(sessionStorage.getItem("read") || "{}"); // per person, the newest message read in each conversation

// After a restart the sandbox may not know whom this tab remembers. Says whether there is anyone else to try.
export function forgetYou() {
  const known = world.you === USUAL;
  Object.assign(world, { you: USUAL, place: "" });
  return !known;
}

export function remember() {
  for (const name of ["you", "place", "tab"]) sessionStorage.setItem(name, world[name]);
  sessionStorage.setItem("read", JSON.stringify(read));
}

export const person = (id) => world.state.people.find((one) => one.id === id) || { id, name: id };
export const here = () => world.state.conversations.find((one) => one.id === world.place) || world.state.conversations[0];
export const zone = () => person(world.you).tz;
export const atHome = () => here().kind === "dm" && world.tab === "home";
export const first = (name) => name.split(" ")[0];

// What blocks need to know of whoever reads them.
export function reader() {
  return {
    you: world.you, zone: zone(), people: new Map(world.state.people.map((one) => [one.id, one])),
    channels: new Map(world.state.conversations.map((one) => [one.id, one.name])),
  };
}

// The people of a workspace, and the one workspace that a person is in.
export function workspace() {
  const all = world.state.workspaces || [];
  return all.find((one) => one.people.includes(world.you)) || all[0];
}

export function people() {
  const own = workspace()?.people;
  return world.state.people.filter((one) => !one.app && (!own || own.includes(one.id)));
}

export function unread(one) {
  const since = read[world.you]?.[one.id] || "";
  return one.messages.filter((message) => message.user !== world.you && message.ts > since).length;
}

export function markRead() {
  const newest = here().messages.at(-1);
  if (newest && !atHome() && document.visibilityState === "visible") (read[world.you] ||= {})[here().id] = newest.ts;
}
