import { resumeChannel } from '../../../packages/server/src/channels/index.ts';
import { expireLeases, type Log, type Statement } from '../../../packages/server/src/kit/index.ts';
import { type Chaos, makeChaos } from '../engine/chaos.ts';
import { type DatabaseHost, makeMemory, makeProcessPool, makeSetNow } from '../engine/database.ts';
import { type Dice, makeDice } from '../engine/dice.ts';
import { type Deed, type Load, makeLoad, storeOrders, toMetaPlan } from './load.ts';
import type { Ground } from './ground.ts';
import { ACCOUNT, type Meta, startMeta } from './meta.ts';
import { type Evidence, judgeWorld } from '../oracle/judge.ts';
import { makeProcess, type Process } from '../engine/process.ts';
import { type Profile, toBound } from './profile.ts';
import { addChannel, listPaused, readTestimony, readUndone, type Testimony, type Undone } from './questions.ts';
import { type Activity, type Line, makeActivity, makeLine, makeTime, type Time } from '../engine/time.ts';
import { type Planted, startWharf, type Wharf } from './wharf.ts';
import { emptyWorld } from './watch.ts';

export interface WorldOptions {
  readonly ground: Ground;
  readonly seed: number;
  readonly profile: Profile;
  readonly planted?: Planted & { readonly mutate?: (statement: Statement) => Statement | null };
}

/** What came of a world. */
export interface Outcome {
  readonly crimes: readonly string[];
  /** What happened, with the ms at which it did. */
  readonly trace: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Somebody who was counted is so for a day and a minute. */
const NIGHT_MS = 24 * 3_600_000 + 120_000;
/** With a messaging limit: after so long without a call, what is left waits for tomorrow. */
const IDLE_MS = 40_000;
const MAX_NIGHTS = 6;

class World {
  readonly #options: WorldOptions;
  readonly #load: Load;
  readonly #time: Time = makeTime();
  readonly #activity: Activity = makeActivity();
  readonly #line: Line = makeLine();
  readonly #trace: string[] = [];
  readonly #dice: Dice;
  readonly #chaos: Chaos;
  readonly #fleet = new Map<number, Wharf>();
  readonly #memory = makeMemory();
  readonly #setNow: () => Promise<void>;
  #meta: Meta | null = null;
  #incarnations = 0;
  #open = 0;
  #kills = 0;
  #nights = 0;
  #aheadMs = 0;
  #wokeAt = 0;

  constructor(options: WorldOptions) {
    const { seed, profile } = options;
    this.#options = options;
    this.#load = makeLoad(seed, profile);
    this.#setNow = makeSetNow(options.ground.pool, this.#time);
    this.#dice = makeDice(seed, 'world');
    this.#chaos = makeChaos({
      plan: profile.chaos,
      dice: makeDice(seed, 'chaos'),
      time: this.#time,
      onStrike: (process, strike, place) => {
        this.#tell(`${process.name} is struck (${strike.how}) at ${place}`);
        if (strike.how === 'kill') this.#bury(process, strike.forMs);
      },
    });
  }

  #tell(line: string): void {
    this.#trace.push(`${String(this.#time.elapsed()).padStart(8)} ${line}`);
  }

  get #emulator() {
    if (!this.#meta) throw new Error('the world has not begun');
    return this.#meta.emulator;
  }

  #makeLog(process: Process): Log {
    const at = (level: string) => (fields: object, message: string) => {
      if (process.isAlive) this.#tell(`${process.name} ${level} ${message} ${JSON.stringify(fields)}`);
    };
    return { info: () => undefined, warn: at('warn'), error: at('error') };
  }

  #host(): DatabaseHost {
    const { ground, planted } = this.#options;
    const mutate = planted?.mutate ?? ((one) => one);
    const { pool } = ground;
    const shared = { time: this.#time, activity: this.#activity, line: this.#line, chaos: this.#chaos };
    return { ...shared, pool, mutate, memory: this.#memory, setNow: this.#setNow };
  }

  #start(slot: number): void {
    const { seed, profile, planted = {} } = this.#options;
    const process = makeProcess(`${'abc'[slot] ?? 'z'}${this.#incarnations++}`, this.#time, this.#aheadMs);
    if (!this.#meta) throw new Error('the world has not begun');
    this.#tell(`${process.name} starts`);
    const wharf = startWharf({
      process,
      db: makeProcessPool(this.#host(), process),
      meta: this.#meta,
      dice: makeDice(seed, process.name),
      log: this.#makeLog(process),
      planted,
      graceMs: profile.graceMs,
      leaseMs: profile.leaseMs,
      roles: { sends: !profile.isSplit || slot > 0, works: !profile.isSplit || slot === 0 },
    });
    this.#fleet.set(slot, wharf);
  }

  /** Its place is empty until it is started again; the main thread of the real program ends a dead worker's leases. */
  #bury(process: Process, forMs: number): void {
    this.#kills++;
    const [slot] = [...this.#fleet].find(([, wharf]) => wharf.process === process) ?? [];
    if (slot === undefined) return;
    this.#fleet.delete(slot);
    const isSeen = this.#dice.hits(this.#options.profile.seen);
    this.#time.after(forMs, () => {
      if (!isSeen) return this.#start(slot);
      void this.#direct(() => expireLeases(this.#options.ground.pool, process.name)).then(() => this.#start(slot));
    });
  }

  /** Beside all processes: the tests' own questions, and what people do by hand. */
  #direct<T>(work: () => Promise<T>): Promise<T> {
    return this.#activity.during(() =>
      this.#line.run(async () => {
        await this.#setNow();
        return work();
      }),
    );
  }

  /** The load balancer: any process that lives. One that stands still takes it, and says nothing. */
  async #deliver(body: Uint8Array): Promise<number> {
    const first = this.#fleet.get(0);
    const all = [...this.#fleet.values()];
    const alive = this.#options.profile.isSplit ? all.filter((wharf) => wharf === first) : all;
    if (alive.length === 0) return 503;
    const { appender, process } = this.#dice.pick(alive);
    const receivedAt = process.clock.now();
    const stored = appender.add({ workspaceId: 'main', provider: 'meta', source: '', receivedAt, body });
    if (!stored) return 503;
    return Promise.race([stored, process.death]).then(
      () => 200,
      () => 503,
    );
  }

  /** Whoever orders asks again until somebody has said yes. */
  async #order(deed: Extract<Deed, { what: 'order' }>): Promise<void> {
    this.#open++;
    for (;;) {
      const running = [...this.#fleet.values()].filter(({ process }) => process.isRunning);
      const wharf = running.length > 0 ? this.#dice.pick(running) : null;
      if (wharf && (await this.#tryOrder(wharf, deed))) break;
      await this.#time.delay(700);
    }
    this.#open--;
  }

  async #tryOrder({ db, process, senders }: Wharf, deed: Extract<Deed, { what: 'order' }>): Promise<boolean> {
    const store = db.transaction((tx) => storeOrders(tx, deed.orders, process.clock));
    try {
      await Promise.race([store, process.death, this.#time.delay(5_000).then(() => Promise.reject(new Error('slow')))]);
    } catch {
      return false;
    }
    this.#tell(`ordered ${deed.orders.map(({ id, laterMs }) => (laterMs ? `${id}+${laterMs}` : id)).join(' ')}`);
    if (deed.isTold) senders.wake(deed.orders.map(({ number }) => number.channelId));
    return true;
  }

  #do(deed: Deed): void {
    if (deed.what === 'order') return void this.#order(deed);
    if (deed.what === 'phone') {
      this.#emulator.updatePerson(deed.person.id, { online: deed.online });
      return;
    }
    const { person, number, body } = deed;
    this.#emulator.send({ personId: person.id, numberId: number.id, body: { type: 'text', text: { body } } });
  }

  async #begin(): Promise<void> {
    const { ground, seed, profile } = this.#options;
    await emptyWorld(ground.admin);
    await this.#setNow();
    for (const [n, number] of this.#load.numbers.entries()) {
      const limits = { perSecond: profile.rates[n] ?? 80, tier: profile.tier };
      await addChannel(ground.pool, { id: number.channelId, numberId: number.id, account: ACCOUNT, ...limits });
    }
    this.#meta = await startMeta({
      seed,
      time: this.#time,
      activity: this.#activity,
      chaos: this.#chaos,
      dice: makeDice(seed, 'network'),
      deliver: (body) => this.#deliver(body),
      tell: (line) => this.#tell(line),
      plan: toMetaPlan(this.#load, profile),
    });
    for (const { id, phone, bsuid, isNameless } of this.#load.people)
      this.#emulator.addPerson({ id, name: id, phone, bsuid, identity: isNameless ? 'username_only' : 'phone' });
    for (let slot = 0; slot < profile.processes; slot++) this.#start(slot);
  }

  #schedule(): void {
    for (const deed of this.#load.deeds) this.#time.after(deed.atMs, () => this.#do(deed));
    for (const { atMs, token } of this.#options.profile.tokens) {
      this.#time.after(atMs, () => this.#tell(`the token is ${this.#emulator.setAccount({ token }).token}`));
    }
    for (const { atMs, byMs } of this.#options.profile.jumps) {
      this.#time.after(atMs, () => {
        this.#tell(`the wall clocks jump by ${byMs} ms`);
        this.#aheadMs += byMs;
        for (const { process } of this.#fleet.values()) process.jump(byMs);
      });
    }
  }

  /** Somebody looks at paused channels every few seconds, and resumes them. */
  #tend(): void {
    this.#time.after(5_000, () => {
      void this.#direct(async () => {
        for (const { id } of await listPaused(this.#options.ground.pool)) {
          this.#tell(`${id} is resumed`);
          await resumeChannel(this.#options.ground.pool, id);
          this.#memory.forget();
        }
      }).then(() => this.#tend());
    });
  }

  /** Everybody is asleep for a day: what waits for the messaging limit is due again. */
  async #night(): Promise<void> {
    this.#nights++;
    this.#tell('night falls');
    const ended = new AbortController();
    void Promise.all([...this.#fleet.values()].map((wharf) => wharf.stop())).then(() => ended.abort());
    const untilMs = this.#time.elapsed() + 60_000;
    while (!ended.signal.aborted && this.#time.elapsed() < untilMs) await this.#step();
    for (const { process } of this.#fleet.values()) process.kill();
    this.#fleet.clear();
    await this.#activity.quiet();
    this.#time.skip(NIGHT_MS);
    this.#wokeAt = this.#time.elapsed();
    this.#tell('morning comes');
    for (let slot = 0; slot < this.#options.profile.processes; slot++) this.#start(slot);
  }

  async #step(): Promise<void> {
    await this.#activity.quiet();
    if (!this.#time.step()) throw new Error('nobody waits for anything');
  }

  #undone(): Promise<Undone> {
    return this.#direct(() => readUndone(this.#options.ground.pool));
  }

  /** All that is left waits for tomorrow: nothing has gone out for a while, and nothing is open. */
  #isTired({ queued, open, tasks }: Undone): boolean {
    const sentAt = this.#meta?.departures.at(-1)?.at ?? 0;
    const isIdle = this.#time.elapsed() - Math.max(sentAt, this.#wokeAt) > IDLE_MS;
    return this.#options.profile.tier > 0 && isIdle && queued > 0 && open === 0 && tasks === 0;
  }

  /** True once nothing is left to do; a night passes when only tomorrow's is left. */
  async #isOver(): Promise<boolean> {
    const { pending } = this.#emulator.stats();
    if (this.#open > 0 || pending > 0) return false;
    const undone = await this.#undone();
    if (this.#isTired(undone) && this.#nights < MAX_NIGHTS) {
      await this.#night();
      return false;
    }
    const { queued, tasks, behind } = undone;
    return queued === 0 && tasks === 0 && behind <= 0;
  }

  async #live(): Promise<boolean> {
    const lastMs = this.#load.deeds.at(-1)?.atMs ?? 0;
    let askedAt = lastMs;
    const boundMs = toBound(this.#options.profile);
    while (this.#time.elapsed() - this.#nights * NIGHT_MS < boundMs) {
      await this.#step();
      if (this.#time.elapsed() < askedAt + 1_000) continue;
      askedAt = this.#time.elapsed();
      if (await this.#isOver()) return true;
    }
    this.#tell(
      `not over: ${JSON.stringify(await this.#undone())}, ${this.#emulator.stats().pending} at Meta, ${this.#open} orders`,
    );
    return false;
  }

  #gather(testimony: Testimony): Evidence {
    const { profile } = this.#options;
    return {
      ...testimony,
      ledger: this.#emulator.ledger(),
      departures: this.#meta?.departures ?? [],
      orders: this.#load.orders.map(({ id }) => id),
      answers: this.#load.answers,
      rates: new Map(this.#load.numbers.map(({ id }, n) => [id, profile.rates[n] ?? 80])),
      tier: profile.tier,
      isCalm: profile.weather === 'calm',
      spreadMs: profile.network.toMeta[1] - profile.network.toMeta[0],
    };
  }

  async run(): Promise<Outcome> {
    await this.#begin();
    this.#schedule();
    this.#tend();
    const isOver = await this.#live();
    await this.#activity.quiet();
    for (const { process } of this.#fleet.values()) process.kill();
    await this.#activity.quiet();
    const testimony = await readTestimony(this.#options.ground.pool);
    const evidence = this.#gather(testimony);
    await this.#emulator.close();
    return {
      crimes: [
        ...(isOver ? [] : [`it did not come to an end within ${toBound(this.#options.profile) / 60_000} min`]),
        ...judgeWorld(evidence),
      ],
      trace: this.#trace,
      counts: {
        ...testimony.counts,
        messages: evidence.told.length,
        arrivals: evidence.ledger.arrivals.length,
        calls: evidence.departures.length,
        kills: this.#kills,
        nights: this.#nights,
        seconds: Math.round(this.#time.elapsed() / 1_000),
      },
    };
  }
}

/** Runs one world to its end. */
export const runWorld = (options: WorldOptions): Promise<Outcome> => new World(options).run();
