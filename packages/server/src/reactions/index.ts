/**
 * Event + view → intents. Comes in: new events with what the ledger knows. Goes out: intents in an order
 * that is part of their identity (`to-outgoing.ts` makes their keys of event, reaction and place), so that a re-run changes
 * nothing. Never sends, never writes to the ledger.
 */
export { type Bot, concat, describe, type Handler, mayWant, type Reaction } from './compose.ts';
export type { Context, Intent, View } from './context.ts';
export { type Lanes, makeLanes } from './lanes.ts';
export { HANDLERS, loadReactions } from './load.ts';
export type { Query } from './query.ts';
export { type Result, RETRY_MS, type Task } from './run.ts';
export {
  claimQuarantined,
  claimReplayed,
  claimTasks,
  countQuarantined,
  countRun,
  loadTasks,
  quarantineRow,
  replayTask,
  settleResults,
  type StoredTask,
  storeTasks,
  SUSPECTED,
} from './store.ts';
