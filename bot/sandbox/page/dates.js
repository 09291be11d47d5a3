// Dates as Slack shows them: in the zone of the person who reads, "today" by care time.

const DAY = 86400000;
let offset = 0; // milliseconds by which care time runs ahead
export const setOffset = (seconds) => { offset = seconds * 1000; };
export const careNow = () => new Date(Date.now() + offset);

const made = new Map();
function show(at, zone, options) {
  const key = zone + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options }));
  return made.get(key).format(at).replaceAll("\u202f", " ");
}

// The calendar day in a zone, as 2026-11-27.
export const dayOf = (at, zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(at);
export const clockOf = (at, zone) => show(at, zone, { hour: "numeric", minute: "2-digit" });
export const zoneOf = (at, zone) => show(at, zone, { timeZoneName: "short", hour: "numeric" }).split(" ").pop();
export const longOf = (at, zone) =>
  show(at, zone, { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });

function ordinal(at, zone) {
  const day = Number(show(at, zone, { day: "numeric" }));
  const teen = day > 10 && day < 14;
  return day + (teen ? "th" : { 1: "st", 2: "nd", 3: "rd" }[day % 10] || "th");
}

function near(at, zone) {
  const day = dayOf(at, zone);
  const now = careNow().getTime();
  return [["Yesterday", -DAY], ["Today", 0], ["Tomorrow", DAY]].find(([, by]) => dayOf(new Date(now + by), zone) === day)?.[0];
}

function ago(at) {
  const minutes = Math.round((careNow() - at) / 60000);
  const units = [["day", 1440], ["hour", 60], ["minute", 1]];
  const [name, size] = units.find(([, one]) => Math.abs(minutes) >= one) || ["minute", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.round(minutes / size), name);
}

const TOKENS = {
  date_num: (at, zone) => dayOf(at, zone),
  date_slash: (at, zone) => show(at, zone, { month: "2-digit", day: "2-digit", year: "numeric" }),
  date: (at, zone) => `${show(at, zone, { month: "long" })} ${ordinal(at, zone)}, ${show(at, zone, { year: "numeric" })}`,
  date_short: (at, zone) => show(at, zone, { month: "short", day: "numeric", year: "numeric" }),
  date_long: (at, zone) => `${show(at, zone, { weekday: "long" })}, ${TOKENS.date(at, zone)}`,
  date_pretty: (at, zone) => near(at, zone) || TOKENS.date(at, zone),
  date_short_pretty: (at, zone) => near(at, zone) || TOKENS.date_short(at, zone),
  date_long_pretty: (at, zone) => near(at, zone) || TOKENS.date_long(at, zone),
  day_divider_pretty: (at, zone) => near(at, zone)
    || `${show(at, zone, { weekday: "long", month: "long" })} ${ordinal(at, zone)}`,
  time: (at, zone) => clockOf(at, zone),
  time_secs: (at, zone) => show(at, zone, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: (at) => ago(at),
};

export function token(format, seconds, zone) {
  const at = new Date(seconds * 1000);
  return format.replace(/\{(\w+)\}/g, (whole, name) => (TOKENS[name] ? TOKENS[name](at, zone) : whole));
}

export function dayName(at, zone) {
  return near(at, zone) || show(at, zone, { weekday: "long", month: "long", day: "numeric", year: "numeric" });
}

// What a date-time input shows for an instant in a zone, and back.
export function toLocal(at, zone) {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).formatToParts(at);
  const part = (name) => parts.find((one) => one.type === name).value;
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

export function fromLocal(text, zone) {
  const wanted = Date.parse(`${text}:00Z`);
  let at = wanted;
  // Twice: the first guess may lie on the other side of a change of the clocks.
  for (let i = 0; i < 2; i += 1) at += wanted - Date.parse(`${toLocal(new Date(at), zone)}:00Z`);
  return Math.round(at / 1000);
}
