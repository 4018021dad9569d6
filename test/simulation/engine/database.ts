import {
  type Database,
  type DatabasePool,
  type Statement,
  statement,
  type Transaction,
  type Value,
} from '../../../packages/server/src/kit/index.ts';
import type { Chaos } from './chaos.ts';
import { type FenceWatch, findStale, noteFence } from './fences.ts';
import type { Memory } from './memory.ts';
import { EPOCH_MS, type Process } from './process.ts';
import type { Sides } from './sides.ts';
import type { Activity, Line, Time } from './time.ts';

/** What all processes of the world share on their way to PostgreSQL. */
export interface DatabaseHost {
  /** Of one connection: what is asked at the same virtual moment is done in the order of asking, and so repeatable. */
  readonly pool: DatabasePool;
  readonly time: Time;
  readonly activity: Activity;
  readonly line: Line;
  readonly chaos: Chaos;
  readonly memory: Memory;
  readonly sides: Sides;
  /** Tells PostgreSQL the time, when it is further off than this. */
  readonly setNow: (toleranceMs: number) => Promise<void>;
  /** An error that PostgreSQL has for these values, and for no others. */
  readonly refuse: (one: Statement, values: readonly Value[]) => Error | null;
  /** Somebody committed under leases that were not theirs any more. */
  readonly onCrime: (crime: string) => void;
  /** Of a planted bug: another statement in the place of one, or none. */
  readonly mutate: (statement: Statement) => Statement | null;
  /** Of a planted bug: statements that are committed by themselves, whatever becomes of their transaction. */
  readonly detached: ReadonlySet<string>;
  /** A connection for these, and the time on it. */
  readonly aside: Database;
  readonly setNowAside: () => Promise<void>;
}

/** Leases, and the word of the gateways, are given and judged by PostgreSQL's clock; all else that asks it has days, or minutes. */
const toTolerance = (name: string): number =>
  /^(leases_|workers_|journal_keep_open$|journal_progress$)/.test(name) ? 0 : 1_000;

const SET_NOW = statement('sim_set_now', `select set_config('sim.now', $1, false)`);

/** Sets the time that `now()` answers (see watch.ts) on the world's connection. */
export function makeSetNow(pool: Database, time: Time): DatabaseHost['setNow'] {
  let saidMs = -Infinity;
  return async (toleranceMs) => {
    if (time.elapsed() - saidMs <= toleranceMs && Number.isFinite(saidMs)) return;
    saidMs = time.elapsed();
    await pool.rows(SET_NOW, [String(EPOCH_MS + saidMs)]);
  };
}

const lost = (): Error => new Error('Connection terminated unexpectedly');
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

type Asked = { readonly one: Statement; readonly values: readonly Value[] };

/** One process's pool. Statements it sent before its death are carried out, or not, as the seed says. */
export function makeProcessPool(host: DatabaseHost, process: Process): DatabasePool {
  const { pool, time, chaos } = host;

  const execute = <T>(name: string, ask: () => Promise<T>): Promise<T> =>
    host.activity.during(() =>
      host.line.run(async () => {
        await host.setNow(toTolerance(name));
        return ask();
      }),
    );

  /** The way there, the work, and the way back: each may take time, fail, or see the process die. */
  async function travel<T>(name: string, work: () => Promise<T>, nameAfter: () => string): Promise<T> {
    const verdict = chaos.statement(process, `${name} before`);
    if (!process.isAlive) return never();
    if (verdict === 'fail') throw lost();
    const toMs = chaos.latency();
    if (toMs > 0) await time.delay(toMs);
    if (!process.isAlive && !chaos.survives()) return never();
    const answer = await work();
    if (chaos.statement(process, `${nameAfter()} after`) === 'fail') throw lost();
    const fromMs = chaos.latency();
    if (fromMs > 0) await time.delay(fromMs);
    return answer;
  }

  const single = <T>(name: string, work: () => Promise<T>): Promise<T> =>
    process.receive(travel(name, work, () => name));

  /** Inside a transaction nothing waits for time: nobody else's turn comes before its end. */
  function inside(tx: Transaction, names: string[], watch: FenceWatch): Transaction {
    async function step<T>({ one, values }: Asked, ask: (db: Database, one: Statement) => Promise<T>, nothing: T) {
      // The connection of a dead process is gone: what its code would still ask reaches nobody.
      if (!process.isAlive) return never<T>();
      names.push(one.name);
      host.memory.note(one.name);
      const verdict = chaos.statement(process, `${one.name} inside`);
      if (!process.isAlive) return never<T>();
      if (verdict === 'fail') throw lost();
      const refusal = host.refuse(one, values);
      if (refusal) throw refusal;
      noteFence(watch, one, values);
      const mutated = host.mutate(one);
      if (mutated === null) return nothing;
      const isDetached = host.detached.has(one.name);
      if (isDetached) await host.setNowAside();
      const answer = await ask(isDetached ? host.aside : tx, mutated);
      chaos.pass(process, `${one.name} answered`);
      return process.isAlive ? answer : never<T>();
    }
    return {
      kind: 'transaction',
      rows: <T extends object>(one: Statement, values: readonly Value[] = []) =>
        step<T[]>({ one, values }, (db, mutated) => db.rows<T>(mutated, values), []),
      run: (one, values = []) => step({ one, values }, (db, mutated) => db.run(mutated, values), 0),
    };
  }

  function transact<T>(
    begin: (work: (tx: Transaction) => Promise<T>) => Promise<T>,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const names: string[] = [];
    const watch: FenceWatch = { process: process.name, leases: new Map() };
    const whole = async (tx: Transaction): Promise<T> => {
      const done = await work(inside(tx, names, watch));
      const stale = await findStale(tx, watch);
      if (chaos.statement(process, 'commit inside') === 'fail') throw lost();
      if (!process.isAlive) return never();
      for (const crime of stale) host.onCrime(crime);
      return done;
    };
    // Whoever is killed in the middle never commits: its connection breaks, and PostgreSQL undoes what it did.
    const mortal = (tx: Transaction) => Promise.race([whole(tx), process.death]);
    const toName = () => names.find((name) => name === 'outbox_settle') ?? 'transaction';
    return process.receive(travel('transaction', () => execute('transaction', () => begin(mortal)), toName));
  }

  function carryOut<T>({ one, values }: Asked, ask: () => Promise<T>): Promise<T> {
    const work = () => {
      host.memory.note(one.name);
      return host.memory.recall(one, values, ask);
    };
    // It takes whole tables for itself.
    if (one.name === 'journal_partitions') return host.sides.alone(() => execute(one.name, work));
    return execute(one.name, work);
  }

  /** An append may stay open while others go on. */
  function append(one: Statement, values: readonly Value[], ask: () => Promise<number>): Promise<number> {
    const openMs = chaos.openness();
    const held = openMs > 0 ? host.sides.hold(one, values, openMs) : null;
    return held ?? carryOut({ one, values }, ask);
  }

  return {
    rows: async <T extends object>(one: Statement, values: readonly Value[] = []) => {
      const mutated = host.mutate(one);
      if (mutated === null) return [];
      return single(one.name, () => carryOut({ one, values }, () => pool.rows<T>(mutated, values)));
    },
    run: async (one, values = []) => {
      const mutated = host.mutate(one);
      if (mutated === null) return 0;
      const ask = () => pool.run(mutated, values);
      if (one.name === 'journal_append') return single(one.name, () => append(mutated, values, ask));
      return single(one.name, () => carryOut({ one, values }, ask));
    },
    transaction: (work) => transact((mortal) => pool.transaction(mortal), work),
    snapshot: (work) => transact((mortal) => pool.snapshot(mortal), work),
    // Only whether there is an answer matters; PostgreSQL's would always be the same.
    ping: () => single('ping', () => Promise.resolve()),
    close: () => Promise.resolve(),
    url: pool.url,
  };
}
