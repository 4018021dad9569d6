import type { Dice } from './dice.ts';
import type { Process } from './process.ts';
import type { Time } from './time.ts';

/** Where a process can be struck, besides at any moment: what it has just done, or is about to do. */
export const PLACES = [
  'outbox_claim before',
  'outbox_claim after',
  'call before',
  'call accepted',
  'call answered',
  'outbox_settle inside',
  'outbox_settle after',
] as const;

/**
 * From `atMs` on, the first process that comes by `place` is struck, after so many have been spared. Anywhere: wherever its
 * code goes on, or something leaves it; a statement within a transaction included.
 */
export interface Strike {
  readonly atMs: number;
  readonly place: (typeof PLACES)[number] | 'anywhere';
  readonly spared: number;
  readonly how: 'kill' | 'stop';
  /** How long it stands still, or until it is started again. */
  readonly forMs: number;
}

export interface ChaosPlan {
  readonly strikes: readonly Strike[];
  /** Share of statements that fail: half of them before, half of them after they were carried out. */
  readonly failing: number;
  /** Times in which the database answers nobody. */
  readonly outages: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Times in which the disk is full: what webhooks bring is refused, and all else goes on. */
  readonly full: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Share of statements that take time, and how long at most, each way. */
  readonly slow: { readonly share: number; readonly maxMs: number };
  /** Share of appends that stay open for a while, and how long at most. */
  readonly open: { readonly share: number; readonly maxMs: number };
}

/** Decides, by the seed, what goes wrong with processes and statements. */
export interface Chaos {
  /** Before, inside or after a statement; `commit` is the last moment at which all of a transaction can still be undone. */
  statement(process: Process, place: string): 'go' | 'fail';
  /** The process comes by here; it may not live on. */
  pass(process: Process, place: string): void;
  /** There is no room for webhooks. */
  isFull(): boolean;
  /** Ms that a statement takes, one way. */
  latency(): number;
  /** What a process sent before its death arrives all the same. */
  survives(): boolean;
  /** Ms that an append to the journal stays open: its position is drawn, and nobody sees it yet. */
  openness(): number;
}

export interface ChaosOptions {
  readonly plan: ChaosPlan;
  readonly dice: Dice;
  readonly time: Time;
  readonly onStrike: (process: Process, strike: Strike, place: string) => void;
}

export function makeChaos({ plan, dice, time, onStrike }: ChaosOptions): Chaos {
  type Waiting = { -readonly [K in keyof Strike]: Strike[K] };
  let waiting = plan.strikes.toSorted((a, b) => a.atMs - b.atMs).map((strike): Waiting => ({ ...strike }));

  function pass(process: Process, place: string): void {
    if (!process.isRunning) return;
    const strike = waiting.find(
      (one) => one.atMs <= time.elapsed() && (one.place === 'anywhere' || place === one.place),
    );
    if (!strike || strike.spared-- > 0) return;
    waiting = waiting.filter((one) => one !== strike);
    if (strike.how === 'kill') process.kill();
    else process.stop(strike.forMs);
    onStrike(process, strike, place);
  }

  const isWithin = (spans: ChaosPlan['outages']): boolean =>
    spans.some(({ fromMs, toMs }) => time.elapsed() >= fromMs && time.elapsed() < toMs);

  return {
    pass,
    statement(process, place) {
      pass(process, place);
      if (isWithin(plan.outages) && !place.endsWith(' after')) return 'fail';
      return dice.hits(plan.failing / 2) ? 'fail' : 'go';
    },
    isFull: () => isWithin(plan.full),
    latency: () => (dice.hits(plan.slow.share) ? dice.int(1, plan.slow.maxMs) : 0),
    survives: () => dice.hits(0.7),
    openness: () => (dice.hits(plan.open.share) ? dice.int(1, plan.open.maxMs) : 0),
  };
}
