import type { DeliveryState } from '../events.ts';
import { rowOf } from './read.ts';

const STATES: { readonly [word: string]: DeliveryState } = {
  pending: 'pending',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  played: 'played',
  failed: 'failed',
  deleted: 'deleted',
  warning: 'warning',
};

/** Words of both providers. */
export function toDeliveryState(word: string): DeliveryState {
  return rowOf(STATES, word.toLowerCase()) ?? 'unknown';
}
