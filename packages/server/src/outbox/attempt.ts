import type { CallOutcome, Failure, OutgoingMessage, Recipient, SendOutcome } from '@wharf/whatsapp';
import { type Clock, type Log, toReason } from '#kit';
import { HOLD_MS, type Refused, type Settled } from './outcome-store.ts';
import type { FindSent } from './lookup.ts';
import { decideNextStep, type OutcomeRules } from './outcome.ts';
import { decideExpiry, type Finding, joinFindings, type Verdict } from './policy.ts';
import type { Claimed } from './store.ts';

/** The way to the provider, one per channel. Every answer, also none, is an outcome; it should never reject. */
export interface Wire {
  send(message: OutgoingMessage, to: Recipient, callbackData: string): Promise<SendOutcome>;
  markRead(messageId: string, typing: boolean): Promise<CallOutcome<true>>;
}

export interface SenderChannel {
  readonly id: string;
  readonly workspaceId: string;
  readonly provider: 'meta' | 'whapi';
  /** Messages a second that the provider allows. */
  readonly perSecond: number;
  readonly wire: Wire;
  /** Where the provider can be asked what it sent. */
  readonly findSent?: FindSent;
}

export interface AttemptOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly rules: OutcomeRules;
  readonly channel: SenderChannel;
}

/** What policy says about a message, and the category of its template. */
export interface Judged {
  readonly verdict: Verdict;
  readonly category: string | null;
}

/** An item on its way to the wire. */
export interface Ready {
  readonly item: Claimed;
  /** Null for what policy has no say in. */
  readonly judged: Judged | null;
  /** As the provider takes it. */
  readonly message: OutgoingMessage;
}

/** A wire that rejects has a bug, and nobody knows how far it came: as with a lost answer, only evidence can tell. */
function toLost(options: AttemptOptions, item: Claimed, error: unknown): Failure {
  options.log.error({ channel: options.channel.id, message: item.id, reason: toReason(error) }, 'outbox.wire_threw');
  const advice = 'The connection to the provider failed in a way it never should. Please report it with the log.';
  return { kind: 'ambiguous', code: 0, httpStatus: null, advice, error: { code: 0 } };
}

async function mark(options: AttemptOptions, item: Claimed): Promise<SendOutcome> {
  const { messageId, typing } = item.payload as { messageId: string; typing: boolean };
  const outcome = await options.channel.wire.markRead(messageId, typing);
  return outcome.kind === 'ok' ? { kind: 'accepted', messageId: '' } : outcome;
}

const send = (options: AttemptOptions, { item, message }: Ready): Promise<SendOutcome> =>
  options.channel.wire.send(message, item.address, item.id);

/** When nobody knows how long: asked again then. */
const UNKNOWN_MS = 5_000;

/** A limit of all may be raised before it would be free again: asked again so often. */
const ASK_AGAIN_MS = 5 * 60_000;
/** A limit of all ends for thousands at once, at a full minute: they come back over one, not together. */
const SPREAD_MS = 60_000;
/** So many a second are asked about again, not more: 100,000 who wait for tomorrow must not keep the database busy until then. */
const ASK_RATE = 50;

/** How long somebody waits on top, ms, so that not all of those who wait together are asked about at once. */
export type Spread = () => number;

export function makeSpread({ clock, random }: Pick<AttemptOptions, 'clock' | 'random'>): Spread {
  /** When all who were put off are asked about, one after the other. */
  let busyUntil = 0;
  return () => {
    const nowMs = clock.elapsed();
    busyUntil = Math.max(busyUntil, nowMs) + 1_000 / ASK_RATE;
    return Math.floor(random() * Math.max(SPREAD_MS, busyUntil - nowMs));
  };
}

/** What the policy's no makes of a message: deferred for short it keeps its place, for longer it holds nobody up. */
export function toRefused(
  verdict: Verdict,
  { clock, spread }: { readonly clock: Clock; readonly spread: Spread },
): Refused {
  const nowMs = clock.now();
  const says = (effect: Finding['effect']) => verdict.reasons.filter((finding) => finding.effect === effect);
  if (verdict.verdict === 'deny') {
    const isLate = says('deny').every(({ rule }) => rule === 'expiry');
    return { state: isLate ? 'expired' : 'blocked', verdict };
  }
  const dueAt = verdict.until ?? nowMs + UNKNOWN_MS;
  if (says('defer').some(({ scope }) => scope)) {
    return { state: 'held', dueAt: Math.min(dueAt, nowMs + ASK_AGAIN_MS) + spread(), verdict };
  }
  return { state: dueAt - nowMs <= HOLD_MS ? 'held' : 'scheduled', dueAt, verdict };
}

/** What all outcomes of an item say alike. */
const toBase = ({ channel }: AttemptOptions, { item, judged }: Ready) => ({
  item,
  channelId: channel.id,
  workspaceId: channel.workspaceId,
  provider: channel.provider,
  verdict: judged?.verdict ?? null,
  category: judged?.category ?? null,
});

/** The outcome of an item that never came to the wire. */
export function settleUnsent(options: AttemptOptions, ready: Ready, step: Settled['step']): Settled {
  const nowMs = options.clock.now();
  const outcome = 'failure' in step ? step.failure.kind : 'policy';
  return { ...toBase(options, ready), startedAt: nowMs, finishedAt: nowMs, outcome, step };
}

/** It waited, for its file, for the number's pace: too late is too late at the wire, too. Null: it is not. */
export function settleLate(options: AttemptOptions, ready: Ready): Settled | null {
  const late = decideExpiry({ expiresAt: ready.item.expiresAt, nowMs: options.clock.now() });
  if (late === null) return null;
  const verdict = joinFindings([...(ready.judged?.verdict.reasons ?? []), late]);
  return settleUnsent(
    options,
    { ...ready, judged: { verdict, category: ready.judged?.category ?? null } },
    { state: 'expired', verdict },
  );
}

/** A preparation that rejects has a bug, or no database: nothing left, and it is tried again like any other failure. */
export function toUnready(options: AttemptOptions, item: Claimed, error: unknown): Failure {
  options.log.error({ channel: options.channel.id, message: item.id, reason: toReason(error) }, 'outbox.prepare_threw');
  const advice = 'The message could not be made ready for the provider. It is tried again; the log says why.';
  return { kind: 'transient', code: 0, httpStatus: null, advice, error: { code: 0 } };
}

/** What a failure before the wire comes to: nothing left, so nothing is in doubt. */
export const decideUnsent = (options: AttemptOptions, { item }: Ready, failure: Failure): Settled['step'] =>
  decideNextStep(failure, toTry(options, item), options.rules);

const toTry = ({ clock, random }: AttemptOptions, item: Claimed) => ({
  attempt: item.attempt,
  nowMs: clock.now(),
  chance: random(),
  repeatable: item.kind === 'read',
});

/** Wire and outcome: one attempt, from leave to what is to be stored. Never rejects. */
export async function attemptItem(options: AttemptOptions, ready: Ready): Promise<Settled> {
  const { clock, rules } = options;
  const { item } = ready;
  const startedAt = clock.now();
  const call = async () => (item.kind === 'read' ? mark(options, item) : send(options, ready));
  const outcome = await call().catch((error: unknown) => toLost(options, item, error));
  const step = decideNextStep(outcome, toTry(options, item), rules);
  return { ...toBase(options, ready), startedAt, finishedAt: clock.now(), outcome: outcome.kind, step };
}
