import { Client } from 'pg';
import { readRssMb } from './machine.ts';
import { readPostgresMb, readTables, toPlace } from './postgres.ts';
import type { Wharf } from './wharf.ts';

/** What PostgreSQL holds at a moment of a run. */
export interface Sample {
  /** Memory of its processes beside what they share, in MB. */
  readonly postgresMb: number;
  /** Dead rows by table, as its statistics know them. */
  readonly dead: Readonly<Record<string, number>>;
}

export interface Watched {
  /** Resident memory of Wharf's process, all threads, in MB, four times a second. */
  readonly nodeMb: readonly number[];
  /** Every ten seconds. */
  readonly samples: readonly Sample[];
}

export interface Watch {
  stop(): Promise<Watched>;
}

const MEMORY_MS = 250;
const TABLES_MS = 10_000;
/** Tables whose rows change after they were written. */
export const HOT = ['leases', 'reaction_tasks', 'outbox', 'conversations', 'messages', 'parked'] as const;

async function takeSample(client: Client, wharf: Wharf): Promise<Sample> {
  const dead = new Map((await readTables(client)).map((table) => [table.name, table.dead]));
  return {
    postgresMb: readPostgresMb(wharf.dataDir),
    dead: Object.fromEntries(HOT.map((name) => [name, dead.get(name) ?? 0])),
  };
}

/** Looks until it is stopped. It holds one connection to the database meanwhile. */
export async function startWatch(wharf: Wharf): Promise<Watch> {
  const client = new Client(toPlace(wharf.dataDir));
  await client.connect();
  const nodeMb = [readRssMb(wharf.pid)];
  const samples = [await takeSample(client, wharf)];
  const memory = setInterval(() => void nodeMb.push(readRssMb(wharf.pid)), MEMORY_MS);
  let looking: Promise<void> = Promise.resolve();
  const tables = setInterval(() => {
    looking = looking.then(async () => void samples.push(await takeSample(client, wharf)));
    // `stop` tells of it.
    looking.catch(() => {});
  }, TABLES_MS);
  return {
    async stop() {
      clearInterval(memory);
      clearInterval(tables);
      await looking;
      nodeMb.push(readRssMb(wharf.pid));
      samples.push(await takeSample(client, wharf));
      await client.end();
      return { nodeMb, samples };
    },
  };
}
