// Calendar days as whole numbers: days since 1970-01-01, no time zone, no clock.

const MS = 86_400_000;

/** Days that were asked for: many incidents fall on one, and a calendar takes its time. */
const known = new Map<string | null, number | null>();
const KNOWN_MAX = 50_000;

/** `2022-06-15` -> 19158; null for anything that is not a day. */
export function day(text: string | null): number | null {
  let found = known.get(text);
  if (found === undefined) {
    found = dayIn(text ?? '');
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(text, found);
  }
  return found;
}

function dayIn(text: string): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(text);
  if (!parts) return null;
  const ms = Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
  // The 31st of June is no day.
  return isoOf(ms) === parts[0] ? ms / MS : null;
}

export function iso(day: number): string {
  return isoOf(day * MS);
}

export function date(day: number): Date {
  return new Date(day * MS);
}

export function dayOf(year: number, month: number, dayOfMonth = 1): number {
  return Date.UTC(year, month, dayOfMonth) / MS;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
