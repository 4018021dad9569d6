/**
 * Durable intents on their way out: pacing, then the claim, policy, the wire, and what came of it. Comes in: messages and
 * read marks with an id of their own. Goes out: at most one accepted WhatsApp id for each, and the reason for anything
 * else. Never decides what to say, never reads events.
 */
export { type Enqueued, enqueue, type Outgoing } from './enqueue.ts';
export { decideNextStep, type OutcomeRules } from './outcome.ts';
export { decidePolicy, type Verdict } from './policy.ts';
export { CLASS } from './queue.ts';
export type { SenderChannel, Wire } from './attempt.ts';
export { makeSenders, type Senders } from './senders.ts';
export { settleByEvidence } from './store.ts';
