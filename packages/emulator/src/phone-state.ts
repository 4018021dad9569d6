import type { PhoneState } from './contract.ts';
import type { House } from './house.ts';

/** A page shows a conversation, not an archive. */
const maxMessages = 5_000;

export function toPhoneState({ world, report }: House, now: number): PhoneState {
  return {
    numbers: [...world.numbers.values()],
    people: [...world.people.values()],
    messages: [...world.messages.values()].slice(-maxMessages),
    webhook: report.current(),
    now,
  };
}
