import type { Client } from 'pg';
import { openStore, type Store } from '../../packages/server/src/kit/fixtures/rig.ts';
import type { DatabasePool } from '../../packages/server/src/kit/index.ts';
import { installWatch } from './watch.ts';

/** A database for worlds, one after the other. */
export interface Ground {
  readonly pool: DatabasePool;
  readonly admin: Client;
}

/** Several databases, so that several worlds run at once: each waits for PostgreSQL two thirds of its time. */
export interface Grounds {
  /** As soon as one is free. */
  lend<T>(use: (ground: Ground) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

async function openGround(store: Store): Promise<Ground> {
  await installWatch(await store.connect());
  return { pool: store.pool(1), admin: await store.connect() };
}

export async function openGrounds(count: number): Promise<Grounds> {
  const stores = await Promise.all(Array.from({ length: count }, openStore));
  const free = await Promise.all(stores.map(openGround));
  const waiting: ((ground: Ground) => void)[] = [];
  const take = (): Promise<Ground> => {
    const ground = free.pop();
    return ground ? Promise.resolve(ground) : new Promise((resolve) => waiting.push(resolve));
  };
  const giveBack = (ground: Ground): void => {
    const next = waiting.shift();
    if (next) next(ground);
    else free.push(ground);
  };
  return {
    async lend(use) {
      const ground = await take();
      try {
        return await use(ground);
      } finally {
        giveBack(ground);
      }
    },
    close: async () => void (await Promise.all(stores.map((store) => store.close()))),
  };
}
