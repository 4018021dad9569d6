import { expireLeases } from '../../../packages/server/src/kit/index.ts';
import { makeProcessPool } from '../engine/database.ts';
import { makeDice } from '../engine/dice.ts';
import { makeProcess, type Process } from '../engine/process.ts';
import type { Meta } from './meta.ts';
import type { OnStrike, Scene } from './scene.ts';
import { startWharf, type Wharf } from './wharf.ts';

/** The processes of a world. Who dies is started again in its place. */
export interface Fleet {
  startAll(): void;
  /** In order, as at the end of a deployment; whoever takes longer than a minute is killed. */
  stopAll(step: () => Promise<void>): Promise<void>;
  killAll(): void;
  /** For those who start from now on. */
  setClocksRight(): void;
  readonly onStrike: OnStrike;
  /** Somebody sets all wall clocks. */
  jump(byMs: number): void;
  /** Those who take webhooks, standing still or not. */
  readonly doors: readonly Wharf[];
  readonly running: readonly Wharf[];
  readonly kills: number;
}

class ProcessFleet implements Fleet {
  readonly #sceneOf: () => Scene;
  readonly #metaOf: () => Meta;
  readonly #bySlot = new Map<number, Wharf>();
  #incarnations = 0;
  #aheadMs = 0;
  kills = 0;

  constructor(sceneOf: () => Scene, metaOf: () => Meta) {
    this.#sceneOf = sceneOf;
    this.#metaOf = metaOf;
  }

  #start(slot: number): void {
    const scene = this.#sceneOf();
    const { time, chaos, options } = scene;
    const { seed, profile, planted = {} } = options;
    const name = `${'abc'[slot] ?? 'z'}${this.#incarnations++}`;
    const onResume = (process: Process) => chaos.pass(process, 'anywhere');
    const process = makeProcess({ name, time, aheadMs: this.#aheadMs, onResume });
    scene.tell(`${name} starts`);
    const wharf = startWharf({
      process,
      db: makeProcessPool(scene.host, process),
      isFull: () => chaos.isFull(),
      meta: this.#metaOf(),
      dice: makeDice(seed, name),
      log: scene.logOf(process),
      planted,
      stage: scene.stage,
      graceMs: profile.graceMs,
      leaseMs: profile.leaseMs,
      roles: { sends: !profile.isSplit || slot > 0, works: !profile.isSplit || slot === 0 },
    });
    this.#bySlot.set(slot, wharf);
  }

  /** Its place is empty until it is started again; the main thread of the real program ends a dead worker's leases. */
  #bury(process: Process, forMs: number): void {
    const { time, dice, options, direct } = this.#sceneOf();
    this.kills++;
    const [slot] = [...this.#bySlot].find(([, wharf]) => wharf.process === process) ?? [];
    if (slot === undefined) return;
    this.#bySlot.delete(slot);
    const isSeen = dice.hits(options.profile.seen);
    time.after(forMs, () => {
      if (!isSeen) return this.#start(slot);
      void direct(() => expireLeases(options.ground.pool, process.name)).then(() => this.#start(slot));
    });
  }

  readonly onStrike: OnStrike = (process, { how, forMs }) => {
    if (how === 'kill') this.#bury(process, forMs);
  };

  startAll(): void {
    for (let slot = 0; slot < this.#sceneOf().options.profile.processes; slot++) this.#start(slot);
  }

  async stopAll(step: () => Promise<void>): Promise<void> {
    const { time, activity, tell } = this.#sceneOf();
    const ended = new AbortController();
    // As `stopAll` of a real process: a part that fails is named, and passed over.
    const stop = (wharf: Wharf) =>
      wharf.stop().catch((error: unknown) => tell(`${wharf.owner} does not stop in order: ${String(error)}`));
    void Promise.all([...this.#bySlot.values()].map(stop)).then(() => ended.abort());
    const untilMs = time.elapsed() + 60_000;
    while (!ended.signal.aborted && time.elapsed() < untilMs) await step();
    this.killAll();
    await activity.quiet();
  }

  killAll(): void {
    for (const { process } of this.#bySlot.values()) process.kill();
    this.#bySlot.clear();
  }

  setClocksRight(): void {
    this.#aheadMs = 0;
  }

  jump(byMs: number): void {
    this.#aheadMs += byMs;
    for (const { process } of this.#bySlot.values()) process.jump(byMs);
  }

  get doors(): readonly Wharf[] {
    const first = this.#bySlot.get(0);
    const all = [...this.#bySlot.values()];
    return this.#sceneOf().options.profile.isSplit ? all.filter((wharf) => wharf === first) : all;
  }

  get running(): readonly Wharf[] {
    return [...this.#bySlot.values()].filter(({ process }) => process.isRunning);
  }
}

export const makeFleet = (sceneOf: () => Scene, metaOf: () => Meta): Fleet => new ProcessFleet(sceneOf, metaOf);
