import { type Emulator, type EmulatorOptions, type Faults, type GraphResponse, startEmulator } from '@wharf/emulator';
import { type Transport, TransportError, type TransportReply, type TransportRequest } from '@wharf/whatsapp';
import type { Chaos } from '../engine/chaos.ts';
import type { Dice } from '../engine/dice.ts';
import { EPOCH_MS, type Process } from '../engine/process.ts';
import { APP_SECRET } from './signature.ts';
import type { Activity, Time } from '../engine/time.ts';

/** What the way between Wharf and Meta does to a call. */
export interface NetworkPlan {
  /** Ms to Meta, drawn for each call between these. */
  readonly toMeta: readonly [number, number];
  readonly fromMeta: readonly [number, number];
  /** Share of calls that are refused before they leave, and of those that break before they arrive. */
  readonly refused: number;
  readonly broken: number;
  /** Share of answers that come too late to be waited for. */
  readonly late: number;
}

export interface MetaPlan {
  readonly faults: Partial<Faults>;
  readonly network: NetworkPlan;
  readonly batch: { readonly min: number; readonly max: number; readonly waitMs: number };
  readonly numbers: NonNullable<EmulatorOptions['numbers']>;
  readonly tier: NonNullable<EmulatorOptions['tier']>;
}

/** A call that left a process. */
export interface Departure {
  readonly at: number;
  readonly process: string;
  readonly numberId: string;
  readonly to: string;
  readonly messageId: string | null;
}

export interface MetaHost {
  readonly seed: number;
  readonly plan: MetaPlan;
  readonly dice: Dice;
  readonly time: Time;
  readonly activity: Activity;
  readonly chaos: Chaos;
  /** Takes a webhook; resolves to the HTTP status. */
  readonly deliver: (body: Uint8Array, headers: Readonly<Record<string, string>>) => Promise<number>;
  readonly tell: (line: string) => void;
}

export interface Meta {
  readonly emulator: Emulator;
  /** Messages, not read marks, in the order in which they left. */
  readonly departures: readonly Departure[];
  transportOf(process: Process): Transport;
}

export const ACCESS_TOKEN = 'simulation-token';
export const ACCOUNT = '102290129340398';
export const TIMEOUT_MS = 6_000;

function toReply(response: Extract<GraphResponse, { kind: 'answer' }>): TransportReply {
  return {
    status: response.status,
    headers: (name) => response.headers[name] ?? null,
    bytes: () => Promise.resolve(response.body),
  };
}

function toDeparture(request: TransportRequest, process: Process, at: number): Departure | null {
  if (typeof request.body !== 'string') return null;
  const body = JSON.parse(request.body) as Readonly<Record<string, string | undefined>>;
  if (body['type'] === undefined) return null;
  const [numberId = ''] = new URL(request.url).pathname.split('/').slice(-2);
  const to = body['to'] ?? body['recipient'] ?? '';
  return { at, process: process.name, numberId, to, messageId: body['biz_opaque_callback_data'] ?? null };
}

const cut = (): TransportError => new TransportError('cut', { mayHaveArrived: true, code: 'ECONNRESET' });
const tooLate = (): TransportError => new TransportError('timeout', { mayHaveArrived: true });
const refused = (): TransportError =>
  new TransportError('unreachable', { mayHaveArrived: false, code: 'ECONNREFUSED' });

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** The emulator, and the way to it from each process. */
export async function startMeta(host: MetaHost): Promise<Meta> {
  const { plan, dice, time, chaos, activity } = host;
  const clock = {
    now: () => EPOCH_MS + time.elapsed(),
    after: (delayMs: number, job: () => void) => time.after(delayMs, job),
  };
  const emulator = await startEmulator({
    appSecret: APP_SECRET,
    verifyToken: 'simulation-verify',
    accessToken: ACCESS_TOKEN,
    wabaId: ACCOUNT,
    listen: false,
    seed: host.seed,
    clock,
    faults: plan.faults,
    batch: plan.batch,
    numbers: [...plan.numbers],
    tier: plan.tier,
    concurrency: 4,
    retry: { firstMs: 500, maxMs: 4_000 },
    deliver: host.deliver,
  });
  const departures: Departure[] = [];

  async function call(process: Process, request: TransportRequest): Promise<TransportReply> {
    await time.delay(dice.int(...plan.network.toMeta));
    if (dice.hits(plan.network.broken)) throw cut();
    if (!process.isAlive && !chaos.survives()) return never();
    const response = await activity.during(() => emulator.handle({ ...request, headers: { ...request.headers } }));
    chaos.pass(process, 'call accepted');
    const isLate = response.kind === 'silence' || dice.hits(plan.network.late);
    await time.delay(isLate ? TIMEOUT_MS : dice.int(...plan.network.fromMeta));
    if (isLate) throw tooLate();
    if (response.kind !== 'answer') throw cut();
    chaos.pass(process, 'call answered');
    return toReply(response);
  }

  return {
    emulator,
    departures,
    transportOf: (process) => (request) => {
      chaos.pass(process, 'call before');
      if (!process.isAlive) return never();
      const departure = toDeparture(request, process, time.elapsed());
      const isRefused = dice.hits(plan.network.refused);
      if (departure) {
        const { messageId, to, numberId } = departure;
        host.tell(`${process.name} calls with ${messageId} for ${to} by ${numberId}${isRefused ? ', in vain' : ''}`);
        // What is refused here never leaves: no budget is spent on it.
        if (!isRefused) departures.push(departure);
      }
      return process.receive(isRefused ? Promise.reject(refused()) : call(process, request));
    },
  };
}
