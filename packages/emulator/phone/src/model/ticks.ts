import type { PhoneMessage } from '../../../src/contract.ts';

export interface Tick {
  mark: '✓' | '✓✓';
  read: boolean;
  /** For screen readers and the tooltip: never colour alone. */
  label: string;
}

/** Ticks of what the customer wrote; the business's messages carry none on the customer's phone. */
export function toTick(message: Pick<PhoneMessage, 'direction' | 'ticks' | 'deleted'>): Tick | null {
  if (message.direction === 'in' || message.deleted) return null;
  if (message.ticks === 'read') return { mark: '✓✓', read: true, label: 'Read by the business' };
  if (message.ticks === 'delivered') return { mark: '✓✓', read: false, label: 'Delivered to your server' };
  return { mark: '✓', read: false, label: 'Sent, not yet taken by your server' };
}
