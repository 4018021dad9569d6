import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { type DatabasePool, makePool, migrate } from '../../../packages/server/src/kit/index.ts';
import { cloneDatabase } from '../../support/clone-database.ts';
import { installWatch, setHabits } from './watch.ts';

/** A database for worlds, one after the other. */
export interface Ground {
  readonly pool: DatabasePool;
  readonly admin: Client;
  /** Connections beside it, one each, for transactions that stay open while others go on. */
  readonly sides: readonly DatabasePool[];
}

/** Several databases, so that several worlds run at once: each waits for PostgreSQL two thirds of its time. */
export interface Grounds {
  /** As soon as one is free. */
  lend<T>(use: (ground: Ground) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

type Opened = Ground & { worlds: number; close(): Promise<void> };

const MIGRATIONS = fileURLToPath(new URL('../../../packages/server/migrations', import.meta.url));
/** Transactions that may be open at once, beside the one that runs. */
const SIDES = 3;
/** Every world leaves dead rows in the catalogs: another database, before they are felt. */
const MAX_WORLDS = 250;

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Once for each server; every ground is a copy. */
async function prepare(url: string): Promise<void> {
  await migrate(url, MIGRATIONS);
  const client = await connect(url);
  try {
    await installWatch(client);
  } finally {
    await client.end();
  }
}

async function openGround(serverUrl: string): Promise<Opened> {
  const database = await cloneDatabase(serverUrl, `simulation ${MIGRATIONS}`, prepare);
  const open = () => makePool({ url: database.url, max: 1, name: 'world', onIdleError: () => undefined });
  const first = await connect(database.url);
  try {
    await setHabits(first);
  } finally {
    await first.end();
  }
  const admin = await connect(database.url);
  const [pool, sides] = [open(), Array.from({ length: SIDES }, open)];
  return {
    pool,
    admin,
    sides,
    worlds: 0,
    async close() {
      await Promise.all([pool.close(), admin.end(), ...sides.map((side) => side.close())]);
      await database.drop();
    },
  };
}

/** On this server, which may be the tests' or a run's own. */
export async function openGrounds(serverUrl: string, count: number): Promise<Grounds> {
  const free = await Promise.all(Array.from({ length: count }, () => openGround(serverUrl)));
  const waiting: ((ground: Opened) => void)[] = [];
  const take = (): Promise<Opened> => {
    const ground = free.pop();
    return ground ? Promise.resolve(ground) : new Promise((resolve) => waiting.push(resolve));
  };
  const giveBack = (ground: Opened): void => {
    const next = waiting.shift();
    if (next) next(ground);
    else free.push(ground);
  };
  const renew = async (ground: Opened): Promise<Opened> => {
    if (++ground.worlds < MAX_WORLDS) return ground;
    await ground.close();
    return openGround(serverUrl);
  };
  return {
    async lend(use) {
      const ground = await take();
      try {
        return await use(ground);
      } finally {
        giveBack(await renew(ground));
      }
    },
    close: async () => void (await Promise.all(free.map((ground) => ground.close()))),
  };
}
