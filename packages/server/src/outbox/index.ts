/**
 * Durable intents on their way out: pacing, then the claim, policy, the wire, and what came of it. Comes in: messages and
 * read marks with an id of their own. Goes out: at most one accepted WhatsApp id for each, and the reason for anything
 * else. Never decides what to say, never reads events.
 */
export { cancelMessage, type Changed, editMessage } from './changes.ts';
export { type Enqueued, enqueue, type Outgoing } from './enqueue.ts';
export { decideNextStep, type OutcomeRules } from './outcome.ts';
export {
  decideDelay,
  decidePolicy,
  type Finding,
  isWindowOpen,
  isWindowSurelyOpen,
  joinFindings,
  type PolicyView,
  toReason,
  type Verdict,
} from './policy.ts';
export { CLASS } from './classes.ts';
export type { Judged, SenderChannel, Wire } from './attempt.ts';
export type { Prepare } from './flights.ts';
export type { Judge } from './intake.ts';
export type { Claimed } from './store.ts';
export {
  COUNTED_MS,
  decideOpening,
  type Opening,
  type OpeningBudget,
  peekOpenings,
  pruneOpenings,
  takeOpenings,
  toBudgets,
} from './openings.ts';
export { makeSenders, type Senders } from './senders.ts';
export { settleByEvidence } from './store.ts';
