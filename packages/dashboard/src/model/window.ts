import { toDuration } from './time.ts';

export interface Window {
  open: boolean;
  /** Less than four hours left. */
  urgent: boolean;
  label: string;
}

const URGENT_MS = 4 * 3_600_000;
/** The API gives channels without a window (Whapi.Cloud) the last instant of the year 9999. */
const NO_END_MS = Date.UTC(9999, 0);

/** Meta's customer service window: free-form messages only within 24 hours of the customer's last message. */
export function toWindow(expiresAt: string | null, now: number): Window {
  if (expiresAt === null) return { open: false, urgent: false, label: 'No window: the customer has not written yet' };
  if (Date.parse(expiresAt) >= NO_END_MS) return { open: true, urgent: false, label: 'No time limit' };
  const leftMs = Date.parse(expiresAt) - now;
  if (leftMs <= 0) return { open: false, urgent: false, label: 'Window closed' };
  return { open: true, urgent: leftMs < URGENT_MS, label: `Window open, ${toDuration(leftMs)} left` };
}

/** Whether the window, as it is now, has ended by then (Unix ms; null: nobody knows when that is). */
export function isPastWindow(expiresAt: string | null, at: number | null): boolean {
  return expiresAt !== null && at !== null && at >= Date.parse(expiresAt);
}
