import { setTimeout as pause } from 'node:timers/promises';
import { signBody } from '@wharf/whatsapp';
import { awaitReplies } from '../drain.ts';
import { type Arrival, type Awaited, type Judgement, judge } from '../judge.ts';
import { toMessageBody } from '../load/bodies.ts';
import { makeChance } from '../load/chance.ts';
import { toExpected } from '../load/expected.ts';
import { makeInbound } from '../load/inbound.ts';
import { now } from '../load/now.ts';
import { toPerson } from '../load/people.ts';
import { type Quantiles, toQuantiles } from '../load/quantiles.ts';
import { type Cores, readUsed, toCores } from '../processors.ts';
import type { Stage } from '../stage.ts';
import { toSendingSection } from '../report/sending.ts';
import { API_KEY, onStage, startWharf, type Wharf } from '../wharf.ts';
import { countFaults, type Phase } from './phase.ts';

/** A campaign behind which customers go on writing, and the pace of a number that Meta has raised. */
export interface SendingPhase {
  readonly queued: number;
  readonly queueMs: number;
  readonly queueCores: Cores;
  /** Replies to people who wrote while the campaign went out at 80 a second. */
  readonly behind: Judgement;
  readonly raised: Raised;
}

/** How evenly 1,000 a second leave. */
export interface Raised {
  readonly sent: number;
  readonly seconds: number;
  /** By how much sends were before or behind an even schedule of 1,000 a second. */
  readonly error: Quantiles;
  /** The most in any second, wherever it begins. */
  readonly mostInSecond: number;
  readonly cores: Cores;
}

export interface SendingSetup {
  readonly stage: Stage;
  readonly count: number;
  readonly seconds: number;
  readonly nodeArgs: readonly string[];
  readonly say: (line: string) => void;
}

const BULK = 1_000;
/** Nobody who writes is among them. */
const AUDIENCE = 1_000_000;
const PER_SECOND = 1_000;

async function ask(wharf: Wharf, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${wharf.port}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

const toCampaign = (n: number): object => ({
  to: toPerson(2, AUDIENCE + n, 1).phone,
  priority: 'campaign',
  message: {
    type: 'template',
    template: {
      name: 'november_offer',
      language: { code: 'en_US' },
      components: [{ type: 'body', parameters: [{ type: 'text', text: `Ana ${n}` }] }],
    },
  },
});

/** Queues all, 1,000 in a request, two requests at a time; refuses to go on when one was not taken. */
async function queueAll(wharf: Wharf, count: number): Promise<number> {
  const startedAt = performance.now();
  let next = 0;
  async function work(): Promise<void> {
    for (let from = next; from < count; from = next) {
      next = from + BULK;
      const messages = Array.from({ length: Math.min(BULK, count - from) }, (_, n) => toCampaign(from + n));
      const { data } = (await ask(wharf, 'POST', '/messages', { messages })) as { data: { ok: boolean }[] };
      const refused = data.find((one) => !one.ok);
      if (refused) throw new Error(`a campaign message was not taken: ${JSON.stringify(refused)}`);
    }
  }
  await Promise.all([work(), work()]);
  return performance.now() - startedAt;
}

/** Customers write, five a second; each is answered by the demo. */
async function write(stage: Stage, wharf: Wharf, seconds: number): Promise<Awaited[]> {
  const chance = makeChance(3);
  const awaited: Awaited[] = [];
  const startedAt = now();
  for (let n = 0; n < seconds * 5; n++) {
    const intendedAt = startedAt + n * 200;
    await pause(Math.max(0, intendedAt - now()));
    const person = toPerson(1, n, 1);
    const inbound = makeInbound(chance, 'sending', Math.floor(Date.now() / 1000));
    const body = toMessageBody(chance, person, [inbound]);
    awaited.push(...toExpected(person.phone, inbound).map((one) => ({ ...one, intendedAt })));
    const headers = {
      'content-type': 'application/json',
      'x-hub-signature-256': signBody(Buffer.from(body), stage.secret),
    };
    const response = await fetch(`http://127.0.0.1:${wharf.port}/webhooks/whatsapp`, { method: 'POST', headers, body });
    if (response.status !== 200) throw new Error(`a webhook was answered ${response.status}`);
  }
  return awaited;
}

function toMostIn(times: readonly number[], windowMs: number): number {
  let most = 0;
  for (let from = 0, to = 0; to < times.length; to++) {
    while ((times[to] ?? 0) - (times[from] ?? 0) >= windowMs) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

/** The distance of each send from an even schedule; the schedule lies where it fits best. */
function toErrors(times: readonly number[]): number[] {
  const offsets = times.map((at, n) => at - (n * 1000) / PER_SECOND);
  const middle = toQuantiles(offsets).p50;
  return offsets.map((offset) => Math.abs(offset - middle));
}

async function measureRaised(stage: Stage, wharf: Wharf, seconds: number): Promise<Raised> {
  const before = readUsed(stage, wharf);
  await stage.graph.call('take');
  await pause(seconds * 1000);
  const { arrivals } = await stage.graph.call<{ arrivals: Arrival[] }>('take');
  const after = readUsed(stage, wharf);
  const times = arrivals.map(({ at }) => at).toSorted((a, b) => a - b);
  return {
    sent: times.length,
    seconds,
    error: toQuantiles(toErrors(times)),
    mostInSecond: toMostIn(times, 1000),
    cores: toCores(before, after),
  };
}

/** Waits until the template has been read and the number is known: as with a real account after its start. */
async function awaitSync(wharf: Wharf): Promise<string> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const { data: templates } = (await ask(wharf, 'GET', '/templates')) as { data: object[] };
    const { data: channels } = (await ask(wharf, 'GET', '/channels')) as { data: { id: string }[] };
    if (templates.length > 0 && channels[0]) return channels[0].id;
    if (performance.now() > deadline) throw new Error('the template was not read within 30 s');
    await pause(200);
  }
}

export async function runSendingPhase(setup: SendingSetup): Promise<SendingPhase> {
  const { stage, count, seconds, say } = setup;
  const wharf = await startWharf({ ...onStage(stage, setup.nodeArgs), name: 'sending', roles: 'all' });
  const channel = await awaitSync(wharf);
  say(`queueing a campaign of ${count} messages while it is being sent at 80 a second`);
  await stage.graph.call('take');
  const before = readUsed(stage, wharf);
  const queueMs = await queueAll(wharf, count);
  const queueCores = toCores(before, readUsed(stage, wharf));
  say(`queued in ${(queueMs / 1000).toFixed(1)} s; customers write for ${seconds} s`);
  const awaited = await write(stage, wharf, seconds);
  const behind = await collectReplies(stage, wharf, awaited);
  say(`raising the number to ${PER_SECOND} a second for ${seconds} s`);
  await ask(wharf, 'PATCH', `/channels/${channel}`, { perSecond: PER_SECOND });
  await pause(4_000);
  const raised = await measureRaised(stage, wharf, seconds);
  await wharf.stop();
  return { queued: count, queueMs, queueCores, behind, raised };
}

/** The campaign's own arrivals are left out: nobody of its audience writes. */
async function collectReplies(stage: Stage, wharf: Wharf, awaited: readonly Awaited[]): Promise<Judgement> {
  await pause(2_000);
  const arrivals = await awaitReplies(stage, wharf, 0);
  const writers = new Set(awaited.map(({ to }) => to));
  return judge(
    awaited,
    arrivals.filter(({ to }) => writers.has(to)),
  );
}

export const sending: Phase = {
  name: 'sending',
  sizes: ['quick', 'full', 'long'],
  async run({ stage, size, nodeArgs, say }) {
    say('starting the whole program anew for the campaign');
    const seconds = size === 'quick' ? 20 : 60;
    const phase = await runSendingPhase({ stage, count: 100_000, seconds, nodeArgs, say });
    return { sections: [toSendingSection(phase)], faults: countFaults([phase.behind]) };
  },
};
