import { parseArgs } from 'node:util';
import type { EmulatorOptions, Faults } from './contract.ts';
import { noFaults } from './settings.ts';

export const usage = `Usage: npm run emulator -- [flags]

  --port N            where to listen (4004)
  --host ADDRESS      which address to listen on (127.0.0.1)
  --webhook URL       where signed webhooks go; verified with the GET challenge, tried until it answers
  --app-secret TEXT   signs the webhooks (emulator-app-secret)
  --verify-token TEXT for the challenge (emulator-verify-token)
  --token TEXT        the access token the Graph API takes (emulator-access-token)
  --seed N            ids and faults repeat with it (drawn anew at every start)
  --faults LIST       what goes wrong, for example duplicate=0.1,reorder=0.2
                      names: ${Object.keys(noFaults).join(', ')}
  --batch MIN-MAX     updates per POST (1-1)
  --state FILE        keep conversations in this file
  --help
`;

const flags = {
  port: { type: 'string' },
  host: { type: 'string' },
  webhook: { type: 'string' },
  'app-secret': { type: 'string' },
  'verify-token': { type: 'string' },
  token: { type: 'string' },
  seed: { type: 'string' },
  faults: { type: 'string' },
  batch: { type: 'string' },
  state: { type: 'string' },
  help: { type: 'boolean' },
} as const;

export type CliOptions =
  | { readonly kind: 'start'; readonly options: EmulatorOptions; readonly webhook: string | null }
  | { readonly kind: 'help' }
  /** A sentence that names the flag, what is wrong and an example. */
  | { readonly kind: 'wrong'; readonly problem: string };

export function parseCli(argv: readonly string[]): CliOptions {
  try {
    const { values } = parseArgs({ args: [...argv], options: flags, strict: true });
    return values.help === true ? { kind: 'help' } : toStart(values);
  } catch (error) {
    return { kind: 'wrong', problem: error instanceof Error ? error.message : 'The flags cannot be read.' };
  }
}

type Values = { readonly [key in keyof typeof flags]?: string | boolean };
const text = (values: Values, key: keyof typeof flags): string | undefined => {
  const value = values[key];
  return typeof value === 'string' ? value : undefined;
};

function toStart(values: Values): CliOptions {
  const webhook = text(values, 'webhook') ?? null;
  if (webhook !== null && !isWebAddress(webhook))
    throw new Error(`--webhook "${webhook}" is no address. Example: --webhook http://127.0.0.1:8080/webhooks/whatsapp`);
  const options: EmulatorOptions = {
    port: parseWhole('port', text(values, 'port') ?? '4004', 65_535),
    host: text(values, 'host') ?? '127.0.0.1',
    appSecret: text(values, 'app-secret') ?? 'emulator-app-secret',
    verifyToken: text(values, 'verify-token') ?? 'emulator-verify-token',
    accessToken: text(values, 'token') ?? 'emulator-access-token',
    faults: parseFaults(text(values, 'faults') ?? ''),
    batch: parseBatch(text(values, 'batch') ?? '1-1'),
  };
  const seed = text(values, 'seed');
  const state = text(values, 'state');
  if (seed !== undefined) options.seed = parseWhole('seed', seed, 2 ** 32 - 1);
  if (state !== undefined) options.stateFile = state;
  return { kind: 'start', options, webhook };
}

const isWebAddress = (value: string): boolean => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);

function parseWhole(flag: string, value: string, max: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number <= max) return number;
  throw new Error(`--${flag} "${value}" must be a whole number from 0 to ${max}. Example: --${flag} 4004`);
}

function parseFaults(value: string): Partial<Faults> {
  const pairs = value.split(',').filter((pair) => pair !== '');
  return Object.fromEntries(pairs.map(parseFault));
}

function parseFault(pair: string): [string, number] {
  const [name = '', amount = ''] = pair.split('=');
  if (!Object.hasOwn(noFaults, name)) {
    throw new Error(`--faults: there is no fault "${name}". Names: ${Object.keys(noFaults).join(', ')}`);
  }
  const number = amount === '' ? Number.NaN : Number(amount);
  const max = name.endsWith('Ms') ? Number.MAX_SAFE_INTEGER : 1;
  if (number >= 0 && number <= max) return [name, number];
  const range = max === 1 ? 'a probability from 0 to 1' : 'milliseconds';
  throw new Error(`--faults: ${name}="${amount}" must be ${range}. Example: --faults duplicate=0.1,reorder=0.2`);
}

/** How long a batch of more than one waits for more. */
const batchWaitMs = 20;

function parseBatch(value: string): { min: number; max: number; waitMs: number } {
  const match = /^(\d+)(?:-(\d+))?$/.exec(value);
  const min = Number(match?.[1]);
  const max = Number(match?.[2] ?? match?.[1]);
  if (min >= 1 && max >= min && max <= 1_000) return { min, max, waitMs: max > 1 ? batchWaitMs : 0 };
  throw new Error(`--batch "${value}" must be MIN-MAX with 1 ≤ MIN ≤ MAX ≤ 1000. Example: --batch 1-100`);
}
