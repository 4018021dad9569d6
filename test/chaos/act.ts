import { setTimeout as pause } from 'node:timers/promises';
import { type Books, readBooks, readOpen, readStory, watchBooks } from './books.ts';
import { type Crowd, openCrowd } from './crowd.ts';
import { type Ground, openGround } from './ground.ts';
import { type Evidence, type Findings, isRight, judge } from './judge.ts';
import type { FormName, Kind } from './kinds.ts';
import { makeOrders, type Orders, readChannels } from './orders.ts';
import { makePlan } from './plan.ts';
import type { Stage } from './stage.ts';
import { rage, type Struck, toLine } from './storm.ts';

/** One form of Wharf, from its start to its judgement. */
export interface Act {
  readonly form: FormName;
  readonly struck: readonly Struck[];
  readonly findings: Findings;
  readonly volume: Volume;
  /** How long the storm and the coming to rest took. */
  readonly stormMs: number;
  readonly restMs: number;
  readonly skipped: readonly string[];
  readonly postgres: string;
  /** Of those at fault, what the database knows. */
  readonly stories: Readonly<Record<string, readonly object[]>>;
}

export interface Volume {
  readonly messages: number;
  readonly orders: number;
  readonly arrivals: number;
  readonly posted: number;
  readonly refused: number;
  readonly unanswered: number;
  readonly ambiguous: number;
  readonly givenUp: number;
  readonly restarts: number;
}

export interface ActOptions {
  readonly stage: Stage;
  readonly form: FormName;
  readonly seed: number;
  readonly only: readonly Kind[];
  readonly rate: number;
  readonly forMs: number;
  readonly graceSeconds: number;
  readonly say: (line: string) => void;
}

const ORDERS_SHARE = 0.15;
const GREET_MS = 60_000;
/** After the storm: graces have to pass, and channels that were ill are looked at ever more rarely. */
const REST_MS = 120_000;
/** With nothing new left to come: time for a doubled one to show itself. */
const AFTERMATH_MS = 1_500;
const MOST_FAULTS = 2_000;

async function until(what: string, withinMs: number, ask: () => Promise<boolean>): Promise<boolean> {
  const end = Date.now() + withinMs;
  for (;;) {
    // PostgreSQL may be coming up again, or gone for a moment.
    if (await ask().catch(() => false)) return true;
    if (Date.now() > end) return false;
    await pause(100);
  }
}

/** Everybody has written once and was answered: from here on the faults. */
async function warmUp(ground: Ground, crowd: Crowd): Promise<void> {
  crowd.postman.goTo(`${ground.door.url}/webhooks/whatsapp`);
  await watchBooks(ground);
  crowd.greet();
  const isWarm = async (): Promise<boolean> => {
    const [found] = await ground.rows<{ n: number }>('select count(*)::int as n from templates');
    const channels = await readChannels(ground.door.url);
    return (
      crowd.emulator.ledger().arrivals.length >= crowd.people.length &&
      (found?.n ?? 0) > 0 &&
      channels.size >= new Set(crowd.people.map(({ numberId }) => numberId)).size
    );
  };
  if (!(await until('all are answered', GREET_MS, isWarm)))
    throw new Error('not everybody was answered before the storm');
}

const isAtRest = async (ground: Ground, crowd: Crowd): Promise<boolean> =>
  crowd.emulator.stats().pending === 0 && Object.values(await readOpen(ground)).every((left) => left === 0);

async function comeToRest(ground: Ground, crowd: Crowd, graceSeconds: number): Promise<number> {
  const startedAt = Date.now();
  await until('nothing is left', REST_MS + 3_000 * graceSeconds, () => isAtRest(ground, crowd));
  const restMs = Date.now() - startedAt;
  await pause(AFTERMATH_MS);
  return restMs;
}

/** A disk that is nearly full must be refused to, not hoped for. */
const isUnnoticed = ({ planned, refused }: Struck): boolean => planned.kind.startsWith('disk-') && refused === 0;

function findStuck(struck: readonly Struck[]): string[] {
  const stuck = struck.filter(
    ({ isOverlapped, ackMs, replyMs }) => !isOverlapped && (ackMs === null || replyMs === null),
  );
  return [
    ...stuck.map((one) => `not recovered from: ${toLine(one)}`),
    ...struck.filter(isUnnoticed).map((one) => `nothing was refused: ${toLine(one)}`),
  ];
}

interface Outcome {
  readonly struck: readonly Struck[];
  readonly books: Books;
}

function toEvidence(crowd: Crowd, orders: Orders, { struck, books }: Outcome): Evidence {
  const { journeys, posted } = crowd.postman;
  const unknown = { offeredAt: Infinity, ackedAt: Infinity };
  const stats = crowd.emulator.stats();
  return {
    heard: [...crowd.written.values()].map(({ mark, wamid }) => ({ mark, wamid, ...(journeys.get(wamid) ?? unknown) })),
    orders: orders.all,
    ...crowd.emulator.ledger(),
    books,
    forgedAccepted: stats.forgedAccepted,
    givenUp: stats.lost,
    stuck: findStuck(struck),
    oddAnswers: posted.flatMap(({ status, isForged }) =>
      isForged || status === null || status === 200 || status === 503 ? [] : [status],
    ),
  };
}

function toVolume(crowd: Crowd, orders: Orders, { books, ground }: { books: Books; ground: Ground }): Volume {
  const signed = crowd.postman.posted.filter(({ isForged }) => !isForged);
  return {
    messages: crowd.written.size,
    orders: orders.all.length,
    arrivals: crowd.emulator.ledger().arrivals.length,
    posted: signed.length,
    refused: signed.filter(({ status }) => status === 503).length,
    unanswered: signed.filter(({ status }) => status === null).length,
    ambiguous: books.ambiguous,
    givenUp: books.told.filter(({ state }) => state === 'failed').length,
    restarts: ground.nodes.reduce((sum, { ends }) => sum + ends, 0),
  };
}

const MOST_STORIES = 10;

async function tellStories(ground: Ground, findings: Findings): Promise<Record<string, object[]>> {
  const words = Object.values(findings).flatMap((list) =>
    list.flatMap((line) => line.match(/(?:\d+|api)\/\d+|msg_\w+/g) ?? []),
  );
  const stories: Record<string, object[]> = {};
  for (const mark of [...new Set(words)].slice(0, MOST_STORIES)) stories[mark] = await readStory(ground, mark);
  return stories;
}

/** The load, with the plan's faults in it; resolves when both are over. */
async function storm(options: ActOptions, ground: Ground, crowd: Crowd, orders: Orders) {
  const { form, seed, only, forMs, say, stage } = options;
  const over = new AbortController();
  const deadline = new AbortController();
  const load = Promise.all([crowd.write(over.signal), orders.run(over.signal, deadline.signal)]);
  const scene = { ground, crowd, guard: stage.guard };
  const able = (kind: Kind): boolean => !(kind.startsWith('disk-') && 'why' in ground.disk);
  const plan = makePlan({ seed, form, only, count: MOST_FAULTS }).filter(({ kind }) => able(kind));
  const struck = await rage({ scene, plan, forMs, signal: over.signal, say }).finally(() => over.abort());
  setTimeout(() => deadline.abort(), REST_MS).unref();
  await load;
  return struck;
}

const wantsDisk = (only: readonly Kind[]): boolean =>
  only.length === 0 || only.some((kind) => kind.startsWith('disk-'));

async function open(options: ActOptions): Promise<{ crowd: Crowd; ground: Ground }> {
  const { stage, seed, rate, only } = options;
  const crowd = await openCrowd({ seed, rate });
  stage.onEnd('the emulator', async () => {
    crowd.postman.close();
    await crowd.emulator.close();
  });
  const ground = await openGround(options.form, { ...options, crowd, wantsDisk: wantsDisk(only) });
  stage.onEnd('what stands still', () => thaw(stage, ground));
  await warmUp(ground, crowd);
  return { crowd, ground };
}

const toSkipped = ({ form, only }: ActOptions, { disk }: Ground): string[] =>
  form === 'whole' && wantsDisk(only) && 'why' in disk ? [`disk-low, disk-full: ${disk.why}`] : [];

/** Reads the books, judges, and stops Wharf, which has to be in order, too. */
async function closeBooks(ground: Ground, evidence: Evidence): Promise<Pick<Act, 'findings' | 'stories'>> {
  const soFar = judge(evidence);
  const stories = isRight(soFar) ? {} : await tellStories(ground, soFar);
  const unstopped = (await ground.stop()).map((name) => `${name} did not stop in order`);
  return { findings: { ...soFar, stuck: [...soFar.stuck, ...unstopped] }, stories };
}

/** Plays one form to its end. Throws only for what is not Wharf's doing. */
export async function play(options: ActOptions): Promise<Act> {
  const { form, seed, rate, say } = options;
  const { crowd, ground } = await open(options);
  const orders = makeOrders({ seed, rate: rate * ORDERS_SHARE, crowd, url: ground.door.url });
  const startedAt = Date.now();
  const struck = await storm(options, ground, crowd, orders);
  const stormMs = Date.now() - startedAt;
  say(`the storm is over; ${crowd.written.size} messages were written, ${orders.all.length} ordered`);
  const restMs = await comeToRest(ground, crowd, options.graceSeconds);
  const books = await readBooks(ground);
  const [version] = await ground.rows<{ server_version: string }>('show server_version');
  const volume = toVolume(crowd, orders, { books, ground });
  return {
    form,
    struck,
    ...(await closeBooks(ground, toEvidence(crowd, orders, { struck, books }))),
    volume,
    stormMs,
    restMs,
    skipped: toSkipped(options, ground),
    postgres: version?.server_version ?? 'unknown',
  };
}

/** An interrupted run may leave processes stopped, and those do not end in order. */
function thaw({ guard }: Stage, { cluster, nodes, database, graph }: Ground): void {
  database?.set({ kind: 'fair' });
  graph.set({ kind: 'fair' });
  const postmaster = guard.postmaster(cluster);
  const postgres = postmaster ? [...guard.backends(postmaster, cluster), postmaster] : [];
  for (const own of [...postgres, ...nodes.flatMap((node) => node.process() ?? [])]) guard.signal(own, 'SIGCONT');
}
