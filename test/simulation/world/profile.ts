import type { Faults } from '@wharf/emulator';
import { type ChaosPlan, PLACES, type Strike } from '../engine/chaos.ts';
import { type Dice, makeDice } from '../engine/dice.ts';
import type { NetworkPlan } from './meta.ts';
import type { PostPlan } from './post.ts';

/** `calm`: nothing goes wrong, so nothing may be refused. `tier`: a small messaging limit, and a night. */
export type Weather = 'calm' | 'storm' | 'tier';

/** Somebody sets the wall clock of all machines that run, or of one. */
export interface Jump {
  readonly atMs: number;
  readonly byMs: number;
}

/** Somebody ends leases under an owner who is alive, or takes them and is never seen again. */
export interface Theft {
  readonly atMs: number;
  readonly how: 'end' | 'take';
  /** Of a hundred shards. */
  readonly share: number;
}

/** What is wrong with customers' messages, or with who handles them. */
export interface TroublePlan {
  /** Share of messages whose handler throws every time, and of those that cannot be folded. */
  readonly poison: number;
  readonly unfoldable: number;
  /** Messages that kill the process that handles them. */
  readonly deadly: number;
  /** Share of what was quarantined that somebody mends and replays. */
  readonly replayed: number;
}

/** What kind of world a seed makes. */
export interface Profile {
  readonly weather: Weather;
  readonly processes: number;
  /** The first process reads the journal and takes the webhooks, the others send; else all do everything. */
  readonly isSplit: boolean;
  /** Share of deaths that somebody sees, who ends the dead one's leases; the others run out. */
  readonly seen: number;
  /** One for each number: what it may send a second. */
  readonly rates: readonly number[];
  /** People in 24 h, over all numbers; 0: no limit. */
  readonly tier: number;
  readonly people: number;
  readonly messages: number;
  /** In which the load comes. */
  readonly loadMs: number;
  readonly graceMs: number;
  readonly leaseMs: number;
  readonly chaos: ChaosPlan;
  readonly network: NetworkPlan;
  readonly faults: Partial<Faults>;
  readonly batch: { readonly min: number; readonly max: number; readonly waitMs: number };
  readonly jumps: readonly Jump[];
  readonly post: PostPlan;
  readonly trouble: TroublePlan;
  readonly thefts: readonly Theft[];
  /** It goes on for nine days: what was under way for a week arrives, and what nobody needs any more is forgotten. */
  readonly isLong: boolean;
  /** Meta's token runs out, until somebody gives a new one: channels pause, and are resumed. */
  readonly tokens: readonly { readonly atMs: number; readonly token: 'valid' | 'expired' }[];
}

const BOUND_MS = 15 * 60_000;

/** Virtual time by which everything must have come to an end. Schedules wait as long as wall clocks were set back. */
export const toBound = ({ jumps }: Profile): number =>
  BOUND_MS + jumps.reduce((sum, { byMs }) => sum + Math.max(0, -byMs), 0);

const NEVER = { share: 0, maxMs: 1 };
const NO_CHAOS: ChaosPlan = { strikes: [], failing: 0, outages: [], full: [], slow: NEVER, open: NEVER };
const CALM_POST: PostPlan = { copied: 0.1, copiedLate: 0, late: 0, strange: 3 };
const NO_TROUBLE: TroublePlan = { poison: 0, unfoldable: 0, deadly: 0, replayed: 0 };
const CALM_NETWORK: NetworkPlan = { toMeta: [10, 10], fromMeta: [20, 20], refused: 0, broken: 0, late: 0 };

const toWeather = (seed: number): Weather => (seed % 8 === 0 ? 'calm' : seed % 8 === 4 ? 'tier' : 'storm');

function drawStrikes(dice: Dice, loadMs: number): Strike[] {
  return Array.from({ length: dice.int(1, 6) }, (): Strike => {
    const how = dice.hits(0.7) ? 'kill' : 'stop';
    return {
      how,
      atMs: dice.int(5_000, 5_000 + loadMs * 2),
      ...(dice.hits(0.5) ? { place: 'anywhere', spared: dice.int(0, 300) } : { place: dice.pick(PLACES), spared: 0 }),
      forMs: how === 'kill' ? dice.int(100, 12_000) : dice.int(500, 25_000),
    };
  });
}

/** For longer than the grace of a lost answer: what became of the message waits at Meta. */
function drawFull(seed: number, loadMs: number): ChaosPlan['full'] {
  const dice = makeDice(seed, 'disk');
  if (!dice.hits(0.12)) return [];
  const fromMs = dice.int(4_000, 4_000 + loadMs);
  return [{ fromMs, toMs: fromMs + dice.int(20_000, 60_000) }];
}

function drawChaos(dice: Dice, loadMs: number): Omit<ChaosPlan, 'full'> {
  const fromMs = dice.int(4_000, 4_000 + loadMs);
  return {
    strikes: drawStrikes(dice, loadMs),
    failing: dice.hits(0.4) ? dice.pick([0.002, 0.01, 0.03]) : 0,
    outages: dice.hits(0.25) ? [{ fromMs, toMs: fromMs + dice.int(500, 15_000) }] : [],
    slow: { share: dice.pick([0, 0.1, 0.3]), maxMs: dice.pick([5, 40, 800]) },
    open: { share: dice.pick([0, 0.2, 0.5]), maxMs: dice.pick([5, 50, 400]) },
  };
}

/** Some of the faults in each world: with all of them at once, none would come to its own. */
function drawFaults(dice: Dice): Partial<Faults> {
  const some = (rate: number): number => (dice.hits(0.45) ? rate : 0);
  return {
    duplicate: some(0.2),
    reorderStatuses: some(0.4),
    delay: some(0.2),
    maxDelayMs: 2_000,
    drop: some(0.1),
    serverError: some(0.08),
    html: some(0.04),
    throttle: some(0.04),
    lostAnswer: some(0.12),
    noAnswer: some(0.06),
  };
}

function drawNetwork(dice: Dice): NetworkPlan {
  const some = (rate: number): number => (dice.hits(0.35) ? rate : 0);
  const spread = dice.pick([0, 5, 60]);
  return {
    toMeta: [10, 10 + spread],
    fromMeta: [10, dice.pick([10, 50, 900])],
    refused: some(0.05),
    broken: some(0.05),
    late: some(0.03),
  };
}

function drawJumps(dice: Dice, loadMs: number): Jump[] {
  if (!dice.hits(0.35)) return [];
  return [
    { atMs: dice.int(4_000, 4_000 + loadMs), byMs: dice.pick([-3_600_000, -20_000, -900, 900, 20_000, 3_600_000]) },
  ];
}

function drawTokens(dice: Dice, loadMs: number): Profile['tokens'] {
  if (!dice.hits(0.2)) return [];
  const atMs = dice.int(4_000, 4_000 + loadMs);
  return [
    { atMs, token: 'expired' },
    { atMs: atMs + dice.int(1_000, 20_000), token: 'valid' },
  ];
}

function drawPost(dice: Dice, isLong: boolean): PostPlan {
  const base = { copied: dice.pick([0, 0.1, 0.3]), strange: dice.int(0, 6) };
  return isLong ? { ...base, copiedLate: 0.3, late: 0.15 } : { ...base, copiedLate: 0, late: 0 };
}

function drawTrouble(dice: Dice): TroublePlan {
  const deadly = dice.hits(0.15) ? 1 : 0;
  return {
    poison: dice.pick([0, 0.06, 0.15]),
    unfoldable: dice.pick([0, 0, 0.05]),
    deadly,
    replayed: dice.pick([0, 0.5, 1]),
  };
}

function drawThefts(dice: Dice, loadMs: number): Theft[] {
  return Array.from({ length: dice.pick([0, 0, 0, 1, 3]) }, () => ({
    atMs: dice.int(3_000, 5_000 + loadMs),
    how: dice.pick(['end', 'take']),
    share: dice.pick([5, 50, 100]),
  }));
}

/** Webhooks: what happens to them on their way, and what is in them. */
function drawInbound(seed: number, weather: Weather, loadMs: number) {
  const dice = makeDice(seed, 'inbound');
  if (weather === 'calm') {
    const trouble = { ...NO_TROUBLE, poison: dice.pick([0, 0.1]), unfoldable: dice.pick([0, 0.05]), replayed: 0.5 };
    return { post: CALM_POST, trouble, thefts: [], isLong: false };
  }
  const isLong = weather === 'storm' && dice.hits(0.2);
  return { post: drawPost(dice, isLong), trouble: drawTrouble(dice), thefts: drawThefts(dice, loadMs), isLong };
}

export function drawProfile(seed: number): Profile {
  const dice = makeDice(seed, 'profile');
  const weather = toWeather(seed);
  const loadMs = dice.pick([2_000, 6_000, 12_000]);
  const isCalm = weather === 'calm';
  return {
    weather,
    processes: dice.pick([2, 2, 2, 3]),
    isSplit: dice.hits(0.25),
    seen: 0.4,
    rates: dice.pick([[80], [20], [20, 80], [20, 20]]),
    tier: weather === 'tier' ? dice.int(2, 5) : 0,
    people: dice.int(5, 12),
    messages: dice.int(20, 60),
    loadMs,
    graceMs: 15_000,
    leaseMs: 9_000,
    ...drawInbound(seed, weather, loadMs),
    chaos: isCalm ? NO_CHAOS : { ...drawChaos(dice, loadMs), full: drawFull(seed, loadMs) },
    network: isCalm ? CALM_NETWORK : drawNetwork(dice),
    faults: isCalm ? {} : drawFaults(dice),
    batch: dice.pick([
      { min: 1, max: 20, waitMs: 80 },
      { min: 10, max: 200, waitMs: 250 },
      { min: 100, max: 1_000, waitMs: 500 },
    ]),
    jumps: isCalm ? [] : drawJumps(dice, loadMs),
    tokens: isCalm ? [] : drawTokens(dice, loadMs),
  };
}

/** Every acceptance by Meta kills the process that waits for it, until so many have died. */
export function drawDeadly(seed: number, kills: number): Profile {
  const dice = makeDice(seed, 'deadly');
  const strikes = Array.from(
    { length: kills },
    (): Strike => ({ how: 'kill', atMs: 0, place: 'call accepted', spared: 0, forMs: dice.int(1, 20) }),
  );
  return {
    ...drawProfile(0),
    weather: 'storm',
    processes: 2,
    isSplit: true,
    seen: 1,
    rates: dice.pick([[8], [20]]),
    people: 30,
    messages: Math.round(kills * 2.9),
    loadMs: 1_000,
    leaseMs: 60_000,
    chaos: { ...NO_CHAOS, strikes },
    network: { ...CALM_NETWORK, fromMeta: [10, 40] },
    trouble: NO_TROUBLE,
    batch: { min: 100, max: 1_000, waitMs: 800 },
  };
}
