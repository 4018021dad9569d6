import type { PhoneMessage } from '../../../src/contract.ts';

/** What the chat shows from top to bottom. `first` = the bubble starts a run of one side (it gets the tail). */
export type TimelineItem =
  | { kind: 'day'; key: string; label: string }
  | { kind: 'message'; key: string; message: PhoneMessage; first: boolean };

const DAY_MS = 86_400_000;

/** Midnight of that local day, moved to UTC so that days of 23 or 25 hours still differ by exactly one. */
function toDayNumber(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS;
}

export function toDayLabel(at: number, now: number): string {
  const age = toDayNumber(now) - toDayNumber(at);
  if (age === 0) return 'Today';
  if (age === 1) return 'Yesterday';
  if (age > 1 && age < 7) return new Intl.DateTimeFormat('en-GB', { weekday: 'long' }).format(at);
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' }).format(at);
}

/** Bubbles in the order of their time, with a separator before each new day. */
export function toTimeline(messages: readonly PhoneMessage[], now: number): TimelineItem[] {
  const items: TimelineItem[] = [];
  let before: PhoneMessage | undefined;
  for (const message of messages.toSorted((a, b) => a.at - b.at)) {
    const day = toDayNumber(message.at);
    const newDay = !before || toDayNumber(before.at) !== day;
    if (newDay) items.push({ kind: 'day', key: `day-${day}`, label: toDayLabel(message.at, now) });
    const first = newDay || before?.direction !== message.direction;
    items.push({ kind: 'message', key: message.id, message, first });
    before = message;
  }
  return items;
}

export function toClock(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** Time of a list row: the clock today, the day name or date before. */
export function toRowTime(at: number, now: number): string {
  return toDayNumber(at) === toDayNumber(now) ? toClock(at) : toDayLabel(at, now).replace(/ \d{4}$/, '');
}
