import type { CallOutcome, Failure, OutgoingMessage, Recipient, SendOutcome } from '@wharf/whatsapp';
import { type Clock, type Log, toReason } from '#kit';
import type { Settled } from './outcome-store.ts';
import { decideNextStep, type OutcomeRules } from './outcome.ts';
import { decidePolicy, type Verdict } from './policy.ts';
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
  readonly wire: Wire;
}

export interface AttemptOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly rules: OutcomeRules;
  readonly channel: SenderChannel;
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

const send = (options: AttemptOptions, item: Claimed): Promise<SendOutcome> =>
  options.channel.wire.send(item.payload as OutgoingMessage, item.address, item.id);

function toVerdict(options: AttemptOptions, item: Claimed, nowMs: number): Verdict {
  const { type } = item.payload as OutgoingMessage;
  return decidePolicy({
    nowMs,
    provider: options.channel.provider,
    isTemplate: type === 'template',
    origin: item.origin ?? 'api',
    owner: item.owner ?? 'bot',
    lastInboundAt: item.lastInboundAt,
  });
}

function toRefused(verdict: Exclude<Verdict, { verdict: 'allow' }>): Settled['step'] {
  return verdict.verdict === 'deny'
    ? { state: 'blocked', verdict }
    : { state: 'deferred', dueAt: verdict.until, verdict };
}

/** Policy, wire, outcome: one attempt from the claim to what is to be stored. Never rejects. */
export async function attemptItem(options: AttemptOptions, item: Claimed): Promise<Settled> {
  const { clock, channel, rules } = options;
  const startedAt = clock.now();
  const { workspaceId, provider } = channel;
  const base = { item, channelId: channel.id, workspaceId, provider, startedAt };
  const verdict = item.kind === 'message' ? toVerdict(options, item, startedAt) : null;
  if (verdict && verdict.verdict !== 'allow')
    return { ...base, finishedAt: startedAt, outcome: 'policy', verdict, step: toRefused(verdict) };
  const call = async () => (item.kind === 'read' ? mark : send)(options, item);
  const outcome = await call().catch((error: unknown) => toLost(options, item, error));
  const nowMs = clock.now();
  const repeatable = item.kind === 'read';
  const step = decideNextStep(outcome, { attempt: item.attempt, nowMs, chance: options.random(), repeatable }, rules);
  return { ...base, finishedAt: nowMs, outcome: outcome.kind, verdict, step };
}
