import type { Clock, Deliver, EmulatedNumber, EmulatorOptions, Faults, MessagingTier } from './contract.ts';
import { machineClock } from './clock.ts';
import { defaultNumber } from './people.ts';
import type { RetryShape } from './webhooks/backoff.ts';
import type { BatchShape } from './webhooks/batcher.ts';

/** The options with every default filled in. */
export interface Settings {
  readonly listen: boolean;
  readonly port: number;
  readonly host: string;
  readonly webhookUrl: string | null;
  readonly deliver: Deliver | null;
  readonly appSecret: string;
  readonly verifyToken: string;
  readonly accessToken: string;
  readonly appId: string;
  readonly wabaId: string;
  readonly numbers: readonly EmulatedNumber[];
  readonly seed: number;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly batch: BatchShape;
  readonly statusDelayMs: number;
  readonly rules: { readonly window: boolean; readonly pairRate: boolean; readonly throughput: boolean };
  readonly messagesPerSecond: number;
  readonly linkHosts: readonly string[];
  readonly tier: MessagingTier;
  readonly holdMs: number;
  readonly concurrency: number;
  readonly reviewDelayMs: number;
  readonly maxTemplates: number;
  readonly retry: RetryShape;
  readonly stateFile: string | null;
  /** Entries of each list of the ledger; null keeps all. */
  readonly ledgerLimit: number | null;
  readonly phoneDist: string | undefined;
  readonly log: (line: string) => void;
}

export const noFaults: Faults = {
  duplicate: 0,
  reorder: 0,
  reorderStatuses: 0,
  delay: 0,
  maxDelayMs: 2_000,
  drop: 0,
  badSignature: 0,
  serverError: 0,
  lostAnswer: 0,
  noAnswer: 0,
  throttle: 0,
  slow: 0,
  slowMs: 5_000,
  html: 0,
};

/** A program that keeps its state runs for days. */
const keptLedger = 10_000;

/** As the host of a URL is written. */
const thisMachine = ['localhost', '127.0.0.1', '[::1]'];

const weekMs = 7 * 24 * 60 * 60 * 1_000;

/** Without a seed ids are new at every start: a receiver that keeps its data would take repeated ids for duplicates. */
const drawSeed = (): number => Math.floor(Math.random() * 2 ** 31);

export function toSettings(options: EmulatorOptions): Settings {
  return {
    ...toAccount(options),
    listen: options.listen ?? true,
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    webhookUrl: options.webhookUrl ?? null,
    deliver: options.deliver ?? null,
    seed: options.seed ?? drawSeed(),
    faults: { ...noFaults, ...options.faults },
    clock: options.clock ?? machineClock(),
    batch: options.batch ?? { min: 1, max: 1, waitMs: 0 },
    statusDelayMs: options.statusDelayMs ?? 400,
    rules: { window: true, pairRate: true, throughput: true, ...options.rules },
    messagesPerSecond: options.messagesPerSecond ?? 80,
    linkHosts: options.linkHosts ?? (options.listen === false ? [] : thisMachine),
    tier: options.tier ?? 'TIER_UNLIMITED',
    holdMs: options.holdMs ?? 60_000,
    concurrency: options.concurrency ?? 8,
    reviewDelayMs: options.reviewDelayMs ?? 3_000,
    maxTemplates: options.maxTemplates ?? 6_000,
    retry: { firstMs: 1_000, maxMs: 30_000, giveUpMs: weekMs, ...options.retry },
    stateFile: options.stateFile ?? null,
    ledgerLimit: options.ledgerLimit ?? (options.stateFile === undefined ? null : keptLedger),
    phoneDist: options.phoneDist,
    log: options.log ?? ((): void => undefined),
  };
}

type Account = Pick<Settings, 'appSecret' | 'verifyToken' | 'accessToken' | 'appId' | 'wabaId' | 'numbers'>;

const toAccount = (options: EmulatorOptions): Account => ({
  appSecret: options.appSecret,
  verifyToken: options.verifyToken,
  accessToken: options.accessToken,
  appId: options.appId ?? '1402500010001',
  wabaId: options.wabaId ?? '102290129340398',
  numbers: options.numbers ?? [defaultNumber],
});
