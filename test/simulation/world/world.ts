import { judgeWorld } from '../oracle/judge.ts';
import type { Evidence } from '../oracle/evidence.ts';
import { makeDice } from '../engine/dice.ts';
import { type Fleet, makeFleet } from './fleet.ts';
import { toMetaPlan, type Deed } from './load.ts';
import { ACCOUNT, type Meta, startMeta } from './meta.ts';
import { makePeople, type People } from './people.ts';
import { makePostOffice, type PostOffice } from './post.ts';
import { toBound } from './profile.ts';
import { addChannel, readUndone, stealLeases, type Undone } from './questions.ts';
import { makeScene, type Scene, type WorldOptions } from './scene.ts';
import { readTestimony, type Testimony } from './testimony.ts';
import { emptyWorld } from './watch.ts';

export type { WorldOptions } from './scene.ts';

/** What came of a world. */
export interface Outcome {
  readonly crimes: readonly string[];
  /** What happened, with the ms at which it did. */
  readonly trace: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

const HOUR_MS = 3_600_000;
/** Somebody who was counted is so for a day and a minute. */
const NIGHT_MS = 24 * HOUR_MS + 120_000;
/** With a messaging limit: after so long without a call, what is left waits for tomorrow. */
const IDLE_MS = 40_000;
const MAX_NIGHTS = 6;
/** Pauses of a long world: what Meta could not deliver comes within seven days, and marks are kept for nine. */
const PAUSES_MS = [3 * HOUR_MS, 6.8 * 24 * HOUR_MS, 2.3 * 24 * HOUR_MS];

class World {
  readonly #options: WorldOptions;
  readonly #scene: Scene;
  readonly #fleet: Fleet;
  readonly #people: People;
  readonly #post: PostOffice;
  #meta: Meta | null = null;
  #nights = 0;
  #skippedMs = 0;
  #wokeAt = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#fleet = makeFleet(
      () => this.#scene,
      () => this.#sky,
    );
    this.#scene = makeScene(options, this.#fleet.onStrike);
    this.#people = makePeople(this.#scene, this.#fleet);
    const { time, tell, dice } = this.#scene;
    this.#post = makePostOffice({
      plan: options.profile.post,
      dice: makeDice(options.seed, 'post'),
      time,
      tell,
      pickDoor: () => (this.#fleet.doors.length > 0 ? dice.pick(this.#fleet.doors).door : null),
    });
  }

  get #sky(): Meta {
    if (!this.#meta) throw new Error('the world has not begun');
    return this.#meta;
  }

  #do(deed: Deed): void {
    const { emulator } = this.#sky;
    if (deed.what === 'order') return void this.#people.order(deed);
    if (deed.what === 'strange') return this.#post.postStrange(deed.n);
    if (deed.what === 'phone') return void emulator.updatePerson(deed.person.id, { online: deed.online });
    const { person, number, body } = deed;
    const { id } = emulator.send({ personId: person.id, numberId: number.id, body: { type: 'text', text: { body } } });
    this.#scene.stage.said.set(id, body);
    this.#scene.tell(`${person.id} writes "${body}" (${id})`);
  }

  async #begin(): Promise<void> {
    const { ground, seed, profile } = this.#options;
    const { load, time, activity, chaos, tell, host } = this.#scene;
    await emptyWorld(ground.admin);
    await host.setNow(0);
    for (const [n, number] of load.numbers.entries()) {
      const limits = { perSecond: profile.rates[n] ?? 80, tier: profile.tier };
      await addChannel(ground.pool, { id: number.channelId, numberId: number.id, account: ACCOUNT, ...limits });
    }
    this.#meta = await startMeta({
      seed,
      time,
      activity,
      chaos,
      dice: makeDice(seed, 'network'),
      deliver: (body, headers) => this.#post.deliver(body, headers),
      tell,
      plan: toMetaPlan(load, profile),
    });
    for (const { id, phone, bsuid, isNameless } of load.people)
      this.#meta.emulator.addPerson({ id, name: id, phone, bsuid, identity: isNameless ? 'username_only' : 'phone' });
    this.#fleet.startAll();
  }

  #schedule(): void {
    const { time, tell, load } = this.#scene;
    const { tokens, jumps, thefts } = this.#options.profile;
    for (const deed of load.deeds) time.after(deed.atMs, () => this.#do(deed));
    for (const { atMs, token } of tokens)
      time.after(atMs, () => tell(`the token is ${this.#sky.emulator.setAccount({ token }).token}`));
    for (const { atMs, byMs } of jumps) {
      time.after(atMs, () => {
        tell(`the wall clocks jump by ${byMs} ms`);
        this.#fleet.jump(byMs);
      });
    }
    for (const theft of thefts) {
      time.after(theft.atMs, () => {
        tell(`leases are stolen: ${theft.how} ${theft.share} %`);
        void this.#scene.direct(() => stealLeases(this.#options.ground.pool, theft));
      });
    }
  }

  async #step(): Promise<void> {
    await this.#scene.activity.quiet();
    if (!this.#scene.time.step()) throw new Error('nobody waits for anything');
  }

  /** Everybody is asleep for so long; all processes are stopped in order, and started again. */
  async #pause(forMs: number): Promise<void> {
    const { time, tell } = this.#scene;
    tell(`night falls, for ${Math.round(forMs / HOUR_MS)} h`);
    await this.#fleet.stopAll(() => this.#step());
    time.skip(forMs);
    this.#skippedMs += forMs;
    this.#wokeAt = time.elapsed();
    // A clock that is an hour wrong for a whole day is wrong about everybody's service window, too.
    this.#fleet.setClocksRight();
    tell('morning comes');
    this.#fleet.startAll();
  }

  #undone(): Promise<Undone> {
    return this.#scene.direct(() => readUndone(this.#options.ground.pool));
  }

  /** All that is left waits for tomorrow: nothing has gone out for a while, and nothing is open. */
  #isTired({ queued, open, tasks }: Undone): boolean {
    const sentAt = this.#sky.departures.at(-1)?.at ?? 0;
    const isIdle = this.#scene.time.elapsed() - Math.max(sentAt, this.#wokeAt) > IDLE_MS;
    return this.#options.profile.tier > 0 && isIdle && queued > 0 && open === 0 && tasks === 0;
  }

  /** True once nothing is left to do; a night passes when only tomorrow's is left. */
  async #isOver(): Promise<boolean> {
    const undone = await this.#undone();
    const { pending } = this.#sky.emulator.stats();
    // Asked afterwards: people look at what is set aside while we wait for the answer.
    if (this.#people.open > 0 || this.#post.open > 0 || pending > 0) return false;
    if (this.#isTired(undone) && this.#nights < MAX_NIGHTS) {
      this.#nights++;
      await this.#pause(NIGHT_MS);
      return false;
    }
    const { queued, tasks, behind, quarantined } = undone;
    return (
      queued === 0 && tasks === 0 && behind <= 0 && quarantined.every((position) => this.#people.hasSeen(position))
    );
  }

  /** Until nothing is left to do, at most so long. */
  async #live(fromMs: number): Promise<boolean> {
    const { time, tell } = this.#scene;
    const untilMs = fromMs - this.#skippedMs + toBound(this.#options.profile);
    let askedAt = fromMs;
    while (time.elapsed() - this.#skippedMs < untilMs) {
      await this.#step();
      if (time.elapsed() < askedAt + 1_000) continue;
      askedAt = time.elapsed();
      if (await this.#isOver()) return true;
    }
    const { emulator } = this.#sky;
    const left = `${emulator.stats().pending} at Meta, ${this.#people.open} orders, ${this.#post.open} posts`;
    tell(`not over: ${JSON.stringify(await this.#undone())}, ${left}`);
    return false;
  }

  /** What is done once an hour, by whoever runs. */
  async #tidy(): Promise<void> {
    const { time, tell } = this.#scene;
    const [wharf] = this.#fleet.running;
    for (const [name, chore] of wharf?.chores ?? []) {
      const done = Promise.race([chore(), wharf?.process.death, time.delay(20_000)]);
      const ended = new AbortController();
      void done.catch((error: unknown) => tell(`chore ${name} failed: ${String(error)}`)).then(() => ended.abort());
      while (!ended.signal.aborted) await this.#step();
    }
  }

  /** The days after: late mail, and what nobody needs any more is let go. */
  async #age(): Promise<boolean> {
    for (const [n, pauseMs] of PAUSES_MS.entries()) {
      await this.#pause(pauseMs);
      await this.#tidy();
      if (n > 0) this.#post.empty();
      if (!(await this.#live(this.#scene.time.elapsed()))) return false;
    }
    return true;
  }

  #gather(testimony: Testimony): Evidence {
    const { profile } = this.#options;
    const { load, stage } = this.#scene;
    return {
      ...testimony,
      crimes: [...this.#scene.crimes, ...testimony.crimes],
      ledger: this.#sky.emulator.ledger(),
      departures: this.#sky.departures,
      orders: load.orders.map(({ id }) => id),
      attempts: this.#post.attempts,
      runs: stage.runs,
      rates: new Map(load.numbers.map(({ id }, n) => [id, profile.rates[n] ?? 80])),
      tier: profile.tier,
      isCalm: profile.weather === 'calm',
      spreadMs: profile.network.toMeta[1] - profile.network.toMeta[0],
    };
  }

  async run(): Promise<Outcome> {
    const { time, activity, trace, load, sides } = this.#scene;
    await this.#begin();
    this.#schedule();
    this.#people.tend();
    const lastMs = load.deeds.at(-1)?.atMs ?? 0;
    const isOver = (await this.#live(lastMs)) && (!this.#options.profile.isLong || (await this.#age()));
    await activity.quiet();
    this.#fleet.killAll();
    await sides.end();
    await activity.quiet();
    const testimony = await readTestimony(this.#options.ground.pool);
    const evidence = this.#gather(testimony);
    await this.#sky.emulator.close();
    return {
      crimes: [...(isOver ? [] : ['it did not come to an end in time']), ...judgeWorld(evidence)],
      trace,
      counts: {
        ...testimony.counts,
        messages: evidence.told.length,
        arrivals: evidence.ledger.arrivals.length,
        calls: evidence.departures.length,
        deliveries: evidence.attempts.length,
        runs: evidence.runs.length,
        kills: this.#fleet.kills,
        nights: this.#nights,
        seconds: Math.round(time.elapsed() / 1_000),
      },
    };
  }
}

/** Runs one world to its end. */
export const runWorld = (options: WorldOptions): Promise<Outcome> => new World(options).run();
