import type { Log, Statement, Value } from '../../../packages/server/src/kit/index.ts';
import { type Chaos, makeChaos, type Strike } from '../engine/chaos.ts';
import { type DatabaseHost, makeSetNow } from '../engine/database.ts';
import { type Dice, makeDice } from '../engine/dice.ts';
import { makeMemory, type Memory } from '../engine/memory.ts';
import type { Process } from '../engine/process.ts';
import { makeSides, type Sides } from '../engine/sides.ts';
import { type Activity, makeActivity, makeLine, makeTime, type Time } from '../engine/time.ts';
import type { Ground } from './ground.ts';
import { makeStage, type Stage } from './handlers.ts';
import { type Load, makeLoad } from './load.ts';
import type { Profile } from './profile.ts';
import type { Planted } from './wharf.ts';

/** Bugs put into a world to see whether they are found. */
export type Bugs = Planted & {
  readonly mutate?: (statement: Statement) => Statement | null;
  readonly detached?: ReadonlySet<string>;
};

export interface WorldOptions {
  readonly ground: Ground;
  readonly seed: number;
  readonly profile: Profile;
  readonly planted?: Bugs;
}

/** What a world's parts share: its time, its dice, its way to PostgreSQL, and what has happened so far. */
export interface Scene {
  readonly options: WorldOptions;
  readonly load: Load;
  readonly time: Time;
  readonly activity: Activity;
  readonly dice: Dice;
  readonly chaos: Chaos;
  readonly memory: Memory;
  readonly sides: Sides;
  readonly stage: Stage;
  readonly host: DatabaseHost;
  readonly trace: readonly string[];
  readonly crimes: readonly string[];
  /** The words of messages that a person has mended so that they can be folded. */
  readonly mended: Set<string>;
  tell(line: string): void;
  logOf(process: Process): Log;
  /** Beside all processes: the tests' own questions, and what people do by hand. */
  direct<T>(work: () => Promise<T>): Promise<T>;
}

export type OnStrike = (process: Process, strike: Pick<Strike, 'how' | 'forMs'>, place: string) => void;

/** Columns travel in PostgreSQL's binary form, in which texts stand as they are. */
const toText = (value: Value): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : (JSON.stringify(value) ?? '');

/** As PostgreSQL does when a row holds what it cannot store: only this one, and always. */
function makeRefusal(mended: ReadonlySet<string>): DatabaseHost['refuse'] {
  return (one: Statement, values: readonly Value[]) => {
    if (one.name !== 'messages_arrive') return null;
    const bad = values
      .map(toText)
      .join(' ')
      .match(/unfoldable \d+/g)
      ?.find((words) => !mended.has(words));
    return bad === undefined ? null : Object.assign(new Error('invalid input'), { code: '22P05' });
  };
}

type Core = Pick<Scene, 'options' | 'time' | 'activity' | 'chaos' | 'memory'> & { readonly crimes: string[] };

function makeHost(core: Core, mended: ReadonlySet<string>): DatabaseHost {
  const { options, time, activity, memory, chaos, crimes } = core;
  const { ground, planted } = options;
  const line = makeLine();
  const [aside = ground.pool, ...pools] = ground.sides;
  const sides = makeSides({ pools, time, activity, line, onCommit: () => memory.note('journal_append') });
  return {
    pool: ground.pool,
    aside,
    setNowAside: () => makeSetNow(aside, time)(0),
    time,
    activity,
    line,
    chaos,
    memory,
    sides,
    setNow: makeSetNow(ground.pool, time),
    refuse: makeRefusal(mended),
    onCrime: (crime) => void crimes.push(crime),
    mutate: planted?.mutate ?? ((one) => one),
    detached: planted?.detached ?? new Set(),
  };
}

export function makeScene(options: WorldOptions, onStrike: OnStrike): Scene {
  const { seed, profile } = options;
  const time = makeTime();
  const [trace, crimes, mended] = [[] as string[], [] as string[], new Set<string>()];
  const tell = (line: string): void => void trace.push(`${String(time.elapsed()).padStart(8)} ${line}`);
  const chaos = makeChaos({
    plan: profile.chaos,
    dice: makeDice(seed, 'chaos'),
    time,
    onStrike(process, strike, place) {
      tell(`${process.name} is struck (${strike.how}) at ${place}`);
      onStrike(process, strike, place);
    },
  });
  const core = { options, time, chaos, crimes, activity: makeActivity(), memory: makeMemory() };
  const host = makeHost(core, mended);
  const onDeadly = (process: Process): void => {
    process.kill();
    tell(`${process.name} is struck (kill) by an event`);
    onStrike(process, { how: 'kill', forMs: 500 }, 'a handler');
  };
  return {
    ...core,
    host,
    trace,
    mended,
    tell,
    load: makeLoad(seed, profile),
    dice: makeDice(seed, 'world'),
    sides: host.sides,
    stage: makeStage(onDeadly),
    logOf(process) {
      const at = (level: string) => (fields: object, message: string) => {
        if (process.isAlive) tell(`${process.name} ${level} ${message} ${JSON.stringify(fields)}`);
      };
      return { info: () => undefined, warn: at('warn'), error: at('error') };
    },
    direct: (work) =>
      core.activity.during(() =>
        host.line.run(async () => {
          await host.setNow(0);
          return work();
        }),
      ),
  };
}
