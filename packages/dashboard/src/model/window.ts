import { toDuration } from './time.ts';

export interface Window {
  open: boolean;
  /** Less than four hours left. */
  urgent: boolean;
  label: string;
}

const URGENT_MS = 4 * 3_600_000;

/** Meta's customer service window: free-form messages only within 24 hours of the customer's last message. */
export function toWindow(expiresAt: string | null, now: number): Window {
  if (expiresAt === null) return { open: false, urgent: false, label: 'No window: the customer has not written yet' };
  const leftMs = Date.parse(expiresAt) - now;
  if (leftMs <= 0) return { open: false, urgent: false, label: 'Window closed' };
  return { open: true, urgent: leftMs < URGENT_MS, label: `Window open, ${toDuration(leftMs)} left` };
}
