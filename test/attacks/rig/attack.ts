/**
 * How an attack is written down. Around every one of them stand the same books, so that no case can forget them: what
 * the database held before and after, what Meta was asked to do, and what the log says.
 */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { type Environment, toTail } from '../../support/wharf.ts';
import { findLeaks, findUnbooked, type Stored } from './books.ts';
import { type Besieged, besiege, type Siege } from './siege.ts';

/** A case's number in docs/attacks.md; the abuses of business rules below the 48 are B1 and so on. */
export type Case = number | `B${number}`;

/** What an attack may leave behind; everything that is not named here must be as it was. */
export interface Traces {
  /** Rows more, by table. */
  readonly stores?: Stored;
  /** Requests that change something at Meta: messages, read marks, uploads. */
  readonly sends?: number;
  /** Messages of log lines that are part of the behaviour; refused deliveries may always be told of. */
  readonly logs?: readonly string[];
  readonly timeoutMs?: number;
}

type Work = (siege: Siege) => Promise<void>;
export type Attack = (number: Case, behaviour: string, ...rest: readonly [Work] | readonly [Traces, Work]) => void;

async function judge(siege: Besieged, { stores = {}, sends = 0, logs = [] }: Traces, work: Work): Promise<void> {
  await siege.settled();
  const before = await siege.books();
  const asked = siege.graph.all.length;
  const said = siege.output().length;
  onTestFailed(() => void process.stderr.write(`${toTail(siege.output(said), 30)}\n`));
  await work(siege);
  await siege.settled();
  const sent = siege.graph.changes(asked);
  expect({
    stored: findUnbooked(before, await siege.books(), stores),
    sent: sent.length === sends ? [] : sent.map(({ method, path, body }) => `${method} ${path} ${body}`),
    logged: findLeaks(siege.output(said), logs),
    ended: siege.wharf.hasEnded,
  }).toEqual({ stored: [], sent: [], logged: [], ended: false });
}

const toNumber = (number: Case): string => String(number).padStart(2, '0');

export interface Ground {
  readonly env?: Environment;
  /** Before the first attack: rows and settings that all of them find. */
  readonly prepare?: (siege: Siege) => Promise<void>;
}

/** A running Wharf for the attacks of this file, and the function that writes them down. */
export function attacks({ env, prepare }: Ground = {}): Attack {
  let siege: Besieged | null = null;
  beforeAll(async () => {
    siege = await besiege(env);
    await prepare?.(siege);
  });
  afterAll(() => siege?.raise());
  return (number, behaviour, ...rest) => {
    const [traces, work] = rest.length === 2 ? rest : ([{}, rest[0]] as const);
    test(`${toNumber(number)} ${behaviour}`, { timeout: traces.timeoutMs ?? 30_000 }, async () => {
      if (siege === null) throw new Error('Wharf did not start');
      await judge(siege, traces, work);
    });
  };
}

/** Attacks at a pure function, in addition to those at the program: nothing can be stored, sent or logged there. */
export function attackFunction(number: Case, behaviour: string, work: () => void | Promise<void>): void {
  test(`${toNumber(number)} ${behaviour}`, work);
}
