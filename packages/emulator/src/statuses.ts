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
  readonly holdMs: number;
  readonly pending: Pending;
  readonly emit: (update: Update) => void;
  /** A message came to a phone. */
  readonly onArrival: (message: PhoneMessage) => void;
}

/** What a send will come to. */
export type Course =
  | {
      readonly to: 'phone';
      readonly message: PhoneMessage;
      /** A phone that comes online then or later does not get it. */
      readonly expiresAt: number;
    }
  | { readonly to: 'failed'; readonly code: number };

/**
 * A message's life after the Graph API took it: `sent`, then, on a phone that is online, `delivered` and `read`,
 * one pause apart. An offline phone stops it at `sent`; `resume` goes on. A failed one yields `failed` alone.
 */
export interface Statuses {
  /** `hold`: Meta keeps it back for a while, then lets it go, or drops it with 132015. */
  begin(record: SendRecord, course: Course, hold: 'release' | 'drop' | null): void;
  /** The person's phone is online again. */
  resume(personId: string): void;
}

export function makeStatuses(deps: StatusDeps): Statuses {
  const { world } = deps;
  const toTheEnd = (record: SendRecord): Step[] => [
    () => tell(deps, record, 'delivered') && findPerson(world, record)?.readReceipts === true,
    () => tell(deps, record, 'read'),
  ];
  const arrive = (message: PhoneMessage): void => {
    appendArrival(world, message);
    deps.onArrival(message);
  };
  const go = (record: SendRecord, course: Course): void => {
    if (course.to === 'failed') return chain(deps, [() => tell(deps, record, 'failed', course.code)]);
    const { message, expiresAt } = course;
    const isReaction = message.body.type === 'reaction';
    if (findPerson(world, record)?.online === true) arrive(message);
    else wait(world, { message, sendId: record.id, expiresAt });
    const goesOn = (): boolean => !isReaction && !isWaiting(world, record);
    chain(deps, [() => tell(deps, record, 'sent') && goesOn(), ...toTheEnd(record)]);
  };
  return {
    begin(record, course, hold) {
      if (hold === null) return go(record, course);
      deps.pending.add(1);
      deps.clock.after(deps.holdMs, () => {
        go(record, hold === 'drop' ? { to: 'failed', code: droppedCode } : course);
        deps.pending.done(1);
      });
    },
    resume(personId) {
      const waiting = world.held.get(personId) ?? [];
      world.held.delete(personId);
      for (const { message, sendId, expiresAt } of waiting) {
        if (deps.clock.now() >= expiresAt) continue;
        arrive(message);
        const record = world.sends.get(sendId);
        const wasSent = record?.history.some((entry) => entry.status === 'sent') === true;
        if (record !== undefined && wasSent && message.body.type !== 'reaction') chain(deps, toTheEnd(record));
      }
    },
  };
}

/** Answers whether the next step follows. */
type Step = () => boolean;

/** Runs steps one pause apart. */
function chain(deps: StatusDeps, [step, ...rest]: readonly Step[]): void {
  if (step === undefined) return;
  deps.pending.add(1);
  deps.clock.after(deps.delayMs, () => {
    if (step()) chain(deps, rest);
    deps.pending.done(1);
  });
}

const findPerson = (world: World, record: SendRecord): PhonePerson | undefined =>
  world.people.get(record.personId ?? '');

/** Notes the status and posts it; answers true. */
function tell(deps: StatusDeps, record: SendRecord, status: DeliveryStatus, code?: number): true {
  const at = deps.clock.now();
  record.history.push({ status, at, ...(code === undefined ? {} : { code }) });
  const person = findPerson(deps.world, record);
  const body = toStatus({ record, person, status, at, ...(code === undefined ? {} : { code }) });
  const contact = status === 'failed' || person === undefined ? {} : { contact: toContact(person) };
  deps.emit({ numberId: record.numberId, kind: 'status', body, ...contact });
  return true;
}

/** What pacing drops ends as if its template were paused. */
const droppedCode = 132015;

function wait(world: World, held: Held): void {
  const { personId } = held.message;
  world.held.set(personId, [...(world.held.get(personId) ?? []), held]);
}

const isWaiting = (world: World, record: SendRecord): boolean =>
  (world.held.get(record.personId ?? '') ?? []).some((held) => held.sendId === record.id);
