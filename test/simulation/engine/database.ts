import {
  type Database,
  type DatabasePool,
  type Statement,
  statement,
  type Transaction,
  type Value,
} from '../../../packages/server/src/kit/index.ts';
import type { Chaos } from './chaos.ts';
import { EPOCH_MS, type Process } from './process.ts';
import type { Activity, Line, Time } from './time.ts';

/** What all processes of the world share on their way to PostgreSQL. */
export interface DatabaseHost {
  /** Of one connection: what is asked at the same virtual moment is done in the order of asking, and so repeatable. */
  readonly pool: DatabasePool;
  readonly time: Time;
  readonly activity: Activity;
  readonly line: Line;
  readonly chaos: Chaos;
  /** Puts another statement in the place of one: for bugs that are planted. */
  readonly mutate: (statement: Statement) => Statement | null;
  readonly memory: Memory;
  /** Tells PostgreSQL the time. */
  readonly setNow: () => Promise<void>;
}

/** These ask PostgreSQL for the time. */
const TIMED = /^(leases|workers)_/;

/**
 * What is asked again and again while nothing changes: four times a second, once a second. As one statement runs at a time,
 * only a statement can change the answer, and these are known.
 */
export interface Memory {
  /** The answer known from before, or a new one. */
  recall<T>(one: Statement, values: readonly Value[], ask: () => Promise<T>): Promise<T>;
  /** This statement is carried out. */
  note(name: string): void;
  forget(): void;
}

const REMEMBERED: Readonly<Record<string, RegExp>> = {
  journal_horizon: /^journal_append$/,
  channels_list: /^(channels_(?!list)|outbox_pause_channel)/,
  leases_ensure: /^never$/,
};

export function makeMemory(): Memory {
  const known = new Map<string, { readonly values: string; readonly answer: unknown }>();
  return {
    async recall<T>(one: Statement, values: readonly Value[], ask: () => Promise<T>): Promise<T> {
      if (REMEMBERED[one.name] === undefined) return ask();
      const key = JSON.stringify(values);
      const before = known.get(one.name);
      if (before?.values === key) return before.answer as T;
      const answer = await ask();
      known.set(one.name, { values: key, answer });
      return answer;
    },
    note(name) {
      for (const [remembered, changing] of Object.entries(REMEMBERED))
        if (changing.test(name)) known.delete(remembered);
    },
    forget: () => known.clear(),
  };
}

const SET_NOW = statement('sim_set_now', `select set_config('sim.now', $1, false)`);

/** Sets the time that `now()` answers (see watch.ts) on the world's connection, when it has changed. */
export function makeSetNow(pool: Database, time: Time): () => Promise<void> {
  let saidMs = -1;
  return async () => {
    if (saidMs === time.elapsed()) return;
    saidMs = time.elapsed();
    await pool.rows(SET_NOW, [String(EPOCH_MS + saidMs)]);
  };
}

const lost = (): Error => new Error('Connection terminated unexpectedly');
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** One process's pool. Statements it sent before its death are carried out, or not, as the seed says. */
export function makeProcessPool(host: DatabaseHost, process: Process): DatabasePool {
  const { pool, time, chaos } = host;

  const execute = <T>(name: string, ask: () => Promise<T>): Promise<T> =>
    host.activity.during(() =>
      host.line.run(async () => {
        if (TIMED.test(name)) await host.setNow();
        return ask();
      }),
    );

  /** The way there, the work, and the way back: each may take time, fail, or see the process die. */
  async function travel<T>(name: string, ask: () => Promise<T>, nameAfter: () => string): Promise<T> {
    const verdict = chaos.statement(process, `${name} before`);
    if (!process.isAlive) return never();
    if (verdict === 'fail') throw lost();
    const toMs = chaos.latency();
    if (toMs > 0) await time.delay(toMs);
    if (!process.isAlive && !chaos.survives()) return never();
    const answer = await execute(name, ask);
    if (chaos.statement(process, `${nameAfter()} after`) === 'fail') throw lost();
    const fromMs = chaos.latency();
    if (fromMs > 0) await time.delay(fromMs);
    return answer;
  }

  const single = <T>(name: string, ask: () => Promise<T>): Promise<T> => process.receive(travel(name, ask, () => name));

  /** Inside a transaction nothing waits for time: nobody else's turn comes before its end. */
  function inside(tx: Transaction, note: (name: string) => void): Transaction {
    const step = <T>(one: Statement, ask: (statement: Statement) => Promise<T>, nothing: T): Promise<T> => {
      note(one.name);
      host.memory.note(one.name);
      const verdict = chaos.statement(process, `${one.name} inside`);
      if (verdict === 'fail') return Promise.reject(lost());
      const mutated = host.mutate(one);
      return mutated === null ? Promise.resolve(nothing) : ask(mutated);
    };
    return {
      kind: 'transaction',
      rows: <T extends object>(one: Statement, values?: readonly Value[]) =>
        step<T[]>(one, (statement) => tx.rows<T>(statement, values), []),
      run: (one, values) => step(one, (statement) => tx.run(statement, values), 0),
    };
  }

  function transact<T>(
    begin: (work: (tx: Transaction) => Promise<T>) => Promise<T>,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const names: string[] = [];
    // Whoever is killed in the middle never commits: its connection breaks, and PostgreSQL undoes what it did.
    const mortal = (tx: Transaction) => Promise.race([work(inside(tx, (name) => names.push(name))), process.death]);
    const toName = () => names.find((name) => name === 'outbox_settle') ?? 'transaction';
    return process.receive(travel('transaction', () => begin(mortal), toName));
  }

  const ask = <T>(one: Statement, values: readonly Value[] = [], run: (one: Statement) => Promise<T>, nothing: T) => {
    const mutated = host.mutate(one);
    if (mutated === null) return Promise.resolve(nothing);
    return single(one.name, () => {
      host.memory.note(one.name);
      return host.memory.recall(one, values, () => run(mutated));
    });
  };

  return {
    rows: <T extends object>(one: Statement, values?: readonly Value[]) =>
      ask<T[]>(one, values, (statement) => pool.rows<T>(statement, values), []),
    run: (one, values) => ask(one, values, (statement) => pool.run(statement, values), 0),
    transaction: (work) => transact((mortal) => pool.transaction(mortal), work),
    snapshot: (work) => transact((mortal) => pool.snapshot(mortal), work),
    ping: () => single('ping', () => pool.ping()),
    close: () => Promise.resolve(),
    url: pool.url,
  };
}
