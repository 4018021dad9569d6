import type { Clock, PhonePerson } from './contract.ts';
import type { Pending } from './pending.ts';
import { toContact } from './webhooks/identity.ts';
import { toStatus } from './webhooks/status-body.ts';
import type { Update } from './webhooks/update.ts';
import { appendArrival, type DeliveryStatus, type Held, type SendRecord, type World } from './world.ts';
import type { PhoneMessage } from './contract.ts';

export interface StatusDeps {
  readonly clock: Clock;
  readonly world: World;
  readonly delayMs: number;
  readonly pending: Pending;
  readonly emit: (update: Update) => void;
  /** A message came to a phone. */
  readonly onArrival: (message: PhoneMessage) => void;
}

/** What a send will come to. */
export type Course =
  | { readonly to: 'phone'; readonly message: PhoneMessage }
  | { readonly to: 'failed'; readonly code: number };

/**
 * A message's life after the Graph API took it: `sent`, then, on a phone that is online, `delivered` and `read`,
 * one pause apart. An offline phone stops it at `sent`; `resume` goes on. A failed one yields `failed` alone.
 */
export interface Statuses {
  begin(record: SendRecord, course: Course): void;
  /** The person's phone is online again. */
  resume(personId: string): void;
}

export function makeStatuses(deps: StatusDeps): Statuses {
  const { world } = deps;
  const personOf = (record: SendRecord): PhonePerson | undefined => world.people.get(record.personId ?? '');

  const tell = (record: SendRecord, status: DeliveryStatus, code?: number): void => {
    const at = deps.clock.now();
    record.history.push({ status, at });
    const person = personOf(record);
    const body = toStatus({ record, person, status, at, ...(code === undefined ? {} : { code }) });
    const contact = status === 'failed' || person === undefined ? {} : { contact: toContact(person) };
    deps.emit({ numberId: record.numberId, kind: 'status', body, ...contact });
  };
  /** Runs steps one pause apart; a step that answers false ends the chain. */
  const chain = (steps: readonly (() => boolean)[]): void => {
    const [step, ...rest] = steps;
    if (step === undefined) return;
    deps.pending.add(1);
    deps.clock.after(deps.delayMs, () => {
      if (step()) chain(rest);
      deps.pending.done(1);
    });
  };
  const arrive = (message: PhoneMessage): void => {
    appendArrival(world, message);
    deps.onArrival(message);
  };
  const said = (record: SendRecord, status: DeliveryStatus, goOn: boolean): boolean => {
    tell(record, status);
    return goOn;
  };
  const toTheEnd = (record: SendRecord): (() => boolean)[] => [
    () => said(record, 'delivered', personOf(record)?.readReceipts === true),
    () => said(record, 'read', false),
  ];
  return {
    begin(record, course) {
      if (course.to === 'failed') return chain([() => (tell(record, 'failed', course.code), false)]);
      const { message } = course;
      const isReaction = message.body.type === 'reaction';
      if (personOf(record)?.online === true) arrive(message);
      else hold(world, { message, sendId: record.id });
      const isHeld = (): boolean => isWaiting(world, record);
      chain([() => said(record, 'sent', !isReaction && !isHeld()), ...toTheEnd(record)]);
    },
    resume(personId) {
      const waiting = world.held.get(personId) ?? [];
      world.held.delete(personId);
      for (const { message, sendId } of waiting) {
        arrive(message);
        const record = world.sends.get(sendId);
        const wasSent = record?.history.some((entry) => entry.status === 'sent') === true;
        if (record !== undefined && wasSent && message.body.type !== 'reaction') chain(toTheEnd(record));
      }
    },
  };
}

function hold(world: World, held: Held): void {
  const { personId } = held.message;
  world.held.set(personId, [...(world.held.get(personId) ?? []), held]);
}

const isWaiting = (world: World, record: SendRecord): boolean =>
  (world.held.get(record.personId ?? '') ?? []).some((held) => held.sendId === record.id);
