import { resumeChannel } from '../../../packages/server/src/channels/index.ts';
import { replay } from '../../../packages/server/src/commands.ts';
import { makeDice } from '../engine/dice.ts';
import type { Fleet } from './fleet.ts';
import { type Deed, storeOrders } from './load.ts';
import { listOpenQuarantine, listPaused } from './questions.ts';
import type { Scene } from './scene.ts';
import type { Wharf } from './wharf.ts';

/** What people do who run a Wharf, and those who send by it. */
export interface People {
  /** Orders, again and again, until somebody has said yes. */
  order(deed: Extract<Deed, { what: 'order' }>): Promise<void>;
  /** Every few seconds: paused channels are resumed, and some of what was quarantined is mended and replayed. */
  tend(): void;
  /** Somebody has thought about what was quarantined there. */
  hasSeen(position: number): boolean;
  /** Orders that nobody has taken yet, and replays. */
  readonly open: number;
}

const LOOK_MS = 5_000;
const AGAIN_MS = 700;

export function makePeople(scene: Scene, fleet: Fleet): People {
  const { time, dice, options, tell, memory, stage, mended } = scene;
  const { pool } = options.ground;
  const care = makeDice(options.seed, 'care');
  /** Quarantined positions that somebody has thought about. */
  const seen = new Set<number>();
  let open = 0;

  async function tryOrder({ db, process, senders }: Wharf, deed: Extract<Deed, { what: 'order' }>): Promise<boolean> {
    const store = db.transaction((tx) => storeOrders(tx, deed.orders, process.clock));
    try {
      await Promise.race([store, process.death, time.delay(5_000).then(() => Promise.reject(new Error('slow')))]);
    } catch {
      return false;
    }
    tell(`ordered ${deed.orders.map(({ id, laterMs }) => (laterMs ? `${id}+${laterMs}` : id)).join(' ')}`);
    if (deed.isTold) senders.wake(deed.orders.map(({ number }) => number.channelId));
    return true;
  }

  /** Asks any process that runs, until one has done it. */
  async function insist(ask: (wharf: Wharf) => Promise<boolean>): Promise<void> {
    open++;
    for (;;) {
      const { running } = fleet;
      if (running.length > 0 && (await ask(dice.pick(running)))) break;
      await time.delay(AGAIN_MS);
    }
    open--;
  }

  const tryReplay =
    (id: string) =>
    async ({ db, process }: Wharf): Promise<boolean> => {
      try {
        await Promise.race([replay({ db, clock: process.clock }, id), process.death]);
        return true;
      } catch {
        return false;
      }
    };

  async function lookAtQuarantine(): Promise<void> {
    const entries = await listOpenQuarantine(pool);
    for (const { id, position, eventId } of entries.filter((entry) => !seen.has(entry.position))) {
      seen.add(position);
      const words = stage.said.get(eventId.slice(eventId.indexOf('wamid.'))) ?? '';
      if (!care.hits(options.profile.trouble.replayed)) continue;
      tell(`${eventId} (${words}) is mended and replayed`);
      stage.healed.add(eventId);
      mended.add(words);
      void insist(tryReplay(id));
    }
  }

  async function lookAtChannels(): Promise<void> {
    for (const { id } of await listPaused(pool)) {
      tell(`${id} is resumed`);
      await resumeChannel(pool, id);
      memory.forget();
    }
  }

  return {
    order: (deed) => insist((wharf) => tryOrder(wharf, deed)),
    tend() {
      time.after(LOOK_MS, () => {
        const look = async () => {
          await lookAtChannels();
          await lookAtQuarantine();
        };
        void scene.direct(look).then(() => this.tend());
      });
    },
    hasSeen: (position) => seen.has(position),
    get open() {
      return open;
    },
  };
}
