import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { MEDIA_VARIABLES, type MediaConfig, toMediaConfig, toMediaProblems } from './config-media.ts';

/** Everything the environment decides. Read here and nowhere else. */
export interface Config {
  readonly port: number;
  readonly internalPort: number;
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly apiKey: string | null;
  readonly emulator: { readonly port: number } | null;
  readonly reactions: string;
  readonly roles: ReadonlySet<'gateway' | 'worker' | 'api'>;
  readonly logLevel: string;
  readonly logPretty: boolean;
  readonly graceMs: number;
  readonly leaseMs: number;
  /** How long Meta's send API waits for the outcome of a message. */
  readonly graphWaitMs: number;
  readonly media: MediaConfig;
  readonly meta: {
    readonly appSecrets: readonly string[];
    readonly verifyToken: string;
    readonly accessToken: string;
    readonly phoneNumberId: string | null;
    readonly accountId: string | null;
    readonly graphUrl: string;
  } | null;
  readonly whapi: {
    readonly channel: string;
    readonly token: string;
    readonly secret: string;
    readonly addresses: readonly string[];
    readonly url: string;
  } | null;
}

const port = (name: string, example: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, `${name} must be a port number, for example ${example}`)
    .transform(Number)
    .refine((n) => n <= 65_535, `${name} must be at most 65535, for example ${example}`);

const seconds = (name: string, bounds: { min: number; max: number; example: number }) => {
  const { min, max, example } = bounds;
  const message = `${name} must be a number of seconds from ${min} to ${max}, for example ${example}`;
  return z
    .string()
    .regex(/^\d{1,9}(\.\d+)?$/, message)
    .transform((text) => Number(text) * 1000)
    .refine((ms) => ms >= min * 1000 && ms <= max * 1000, message);
};

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
const httpUrl = (name: string, example: string) =>
  z.url({ protocol: /^https?$/, message: `${name} must be an http(s) URL, for example ${example}` });
const oneOf = <T extends string>(name: string, words: readonly [T, ...T[]]) =>
  z.enum(words, `${name} must be one of: ${words.join(', ')}`);

const BAD_SECRET =
  'WHATSAPP_APP_SECRET: each secret has at least 8 characters, for example 0123456789abcdef0123456789abcdef; copy it from App settings → Basic';
const BAD_ADDRESS = 'WHAPI_ALLOWED_IPS must be addresses with commas between them, for example 192.0.2.7,2001:db8::7';

const ROLES = ['gateway', 'worker', 'api'] as const;

/** Every variable with its default; the README's table is checked against it. */
export const VARIABLES = {
  PORT: port('PORT', 8080).default(8080),
  INTERNAL_PORT: port('INTERNAL_PORT', 9090).default(9090),
  HOST: z
    .string()
    .refine(
      (host) => isIP(host) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host),
      'HOST must be an address or a host name without scheme and port, for example 0.0.0.0',
    )
    .default('127.0.0.1'),
  WHARF_DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      message: 'DATABASE_URL must be a PostgreSQL URL, for example postgres://user:password@host:5432/wharf',
    })
    .optional(),
  WHARF_API_KEY: z
    .string()
    .regex(
      /^[\x21-\x7e]{16,}$/,
      'WHARF_API_KEY must have at least 16 characters, without spaces; make one with: openssl rand -base64 32',
    )
    .optional(),
  WHARF_EMULATOR: oneOf('WHARF_EMULATOR', ['on', 'off']).optional(),
  WHARF_EMULATOR_PORT: port('WHARF_EMULATOR_PORT', 8081).default(8081),
  WHARF_REACTIONS: z.string().min(1).default('./reactions.ts'),
  WHARF_ROLES: z
    .string()
    .default('all')
    .transform((text) => (text === 'all' ? [...ROLES] : list(text)))
    .pipe(z.array(oneOf('WHARF_ROLES', ROLES)).min(1, 'WHARF_ROLES must be all, or a list such as gateway,worker')),
  WHARF_LOG_LEVEL: oneOf('WHARF_LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  WHARF_AMBIGUOUS_SECONDS: seconds('WHARF_AMBIGUOUS_SECONDS', { min: 1, max: 86_400, example: 120 }).optional(),
  WHARF_LEASE_SECONDS: seconds('WHARF_LEASE_SECONDS', { min: 1, max: 600, example: 10 }).default(10_000),
  WHARF_GRAPH_WAIT_SECONDS: seconds('WHARF_GRAPH_WAIT_SECONDS', { min: 0, max: 50, example: 20 }).default(20_000),
  ...MEDIA_VARIABLES,
  WHATSAPP_APP_SECRET: z
    .string()
    .transform(list)
    .pipe(z.array(z.string().min(8, BAD_SECRET)).min(1, BAD_SECRET))
    .optional(),
  WHATSAPP_VERIFY_TOKEN: z.string().min(1).optional(),
  WHATSAPP_ACCESS_TOKEN: z.string().min(1).optional(),
  WHATSAPP_PHONE_NUMBER_ID: z
    .string()
    .regex(
      /^\d{5,25}$/,
      'WHATSAPP_PHONE_NUMBER_ID must be the numeric id from WhatsApp Manager, for example 106540352242922 (not the phone number)',
    )
    .optional(),
  WHATSAPP_BUSINESS_ACCOUNT_ID: z
    .string()
    .regex(/^\d{5,25}$/, 'WHATSAPP_BUSINESS_ACCOUNT_ID must be numeric, for example 102290129340398')
    .optional(),
  WHATSAPP_GRAPH_URL: httpUrl('WHATSAPP_GRAPH_URL', 'https://graph.facebook.com').default('https://graph.facebook.com'),
  WHAPI_CHANNEL_ID: z
    .string()
    .regex(/^[\w-]{3,60}$/, 'WHAPI_CHANNEL_ID must look like MANTIS-7ABCD')
    .optional(),
  WHAPI_TOKEN: z.string().min(1).optional(),
  WHAPI_WEBHOOK_SECRET: z
    .string()
    .regex(
      /^[\w-]{24,200}$/,
      'WHAPI_WEBHOOK_SECRET must have at least 24 letters, digits, - or _; make one with: openssl rand -hex 24',
    )
    .optional(),
  WHAPI_ALLOWED_IPS: z
    .string()
    .default('')
    .transform((text) => list(text).map((address) => address.toLowerCase()))
    .pipe(z.array(z.string().refine((address) => isIP(address) !== 0, BAD_ADDRESS))),
  WHAPI_URL: httpUrl('WHAPI_URL', 'https://gate.whapi.cloud').default('https://gate.whapi.cloud'),
} as const;

const environment = z.object(VARIABLES);
type Environment = z.infer<typeof environment>;

/** The start must not go on; the message lists every variable at fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Names = readonly (keyof Environment)[];

/** Variables that only make sense together: which are there, which are missing. `more` need them, and are not needed. */
function missingOf(env: Environment, needed: Names, more: Names = []): string[] {
  const given = [...needed, ...more].filter((name) => env[name] !== undefined);
  if (given.length === 0) return [];
  const because = `${given.join(', ')} ${given.length > 1 ? 'are' : 'is'} set, and all of ${needed.join(', ')} are needed`;
  return needed.filter((name) => env[name] === undefined).map((name) => `${name} is missing: ${because}`);
}

/** Two doors cannot stand at one port; 0 takes any free one. */
function clashesOf(env: Environment, emulated: boolean): string[] {
  const doors: Names = ['PORT', 'INTERNAL_PORT', ...(emulated ? (['WHARF_EMULATOR_PORT'] as const) : [])];
  return doors.flatMap((name, n) =>
    doors
      .slice(0, n)
      .filter((other) => env[name] !== 0 && env[other] === env[name])
      .map(
        (other) =>
          `${name} must differ from ${other}: both are ${String(env[name])}, for example ${Number(env[name]) + 1}`,
      ),
  );
}

const META = ['WHATSAPP_APP_SECRET', 'WHATSAPP_VERIFY_TOKEN', 'WHATSAPP_ACCESS_TOKEN'] as const;
const WHAPI = ['WHAPI_CHANNEL_ID', 'WHAPI_TOKEN', 'WHAPI_WEBHOOK_SECRET'] as const;

function toMeta(env: Environment): Config['meta'] {
  if (!env.WHATSAPP_APP_SECRET || !env.WHATSAPP_VERIFY_TOKEN || !env.WHATSAPP_ACCESS_TOKEN) return null;
  return {
    appSecrets: env.WHATSAPP_APP_SECRET,
    verifyToken: env.WHATSAPP_VERIFY_TOKEN,
    accessToken: env.WHATSAPP_ACCESS_TOKEN,
    phoneNumberId: env.WHATSAPP_PHONE_NUMBER_ID ?? null,
    accountId: env.WHATSAPP_BUSINESS_ACCOUNT_ID ?? null,
    graphUrl: env.WHATSAPP_GRAPH_URL,
  };
}

function toWhapi(env: Environment): Config['whapi'] {
  if (!env.WHAPI_CHANNEL_ID || !env.WHAPI_TOKEN || !env.WHAPI_WEBHOOK_SECRET) return null;
  return {
    channel: env.WHAPI_CHANNEL_ID,
    token: env.WHAPI_TOKEN,
    secret: env.WHAPI_WEBHOOK_SECRET,
    addresses: env.WHAPI_ALLOWED_IPS,
    url: env.WHAPI_URL,
  };
}

/** The emulator's statuses come within seconds, and those it had not sent when it was killed never come. */
const GRACE_MS = { provider: 120_000, emulator: 10_000 };

/** On when it is asked for, and when nothing real is configured. */
function isEmulated(env: Environment): boolean {
  return env.WHARF_EMULATOR === 'on' || (env.WHARF_EMULATOR === undefined && !toMeta(env) && !toWhapi(env));
}

function toProblems(env: Environment): string[] {
  const both = env.WHARF_EMULATOR === 'on' && toMeta(env) !== null;
  return [
    ...missingOf(env, META, ['WHATSAPP_PHONE_NUMBER_ID', 'WHATSAPP_BUSINESS_ACCOUNT_ID']),
    ...missingOf(env, WHAPI),
    ...toMediaProblems(env),
    ...clashesOf(env, isEmulated(env)),
    ...(both
      ? [
          'WHARF_EMULATOR=on stands in for Meta, but a real number is configured too: unset WHARF_EMULATOR or the WHATSAPP_ variables',
        ]
      : []),
  ];
}

/** Reads the environment; an empty value counts as not set. Throws {@link ConfigError} with all that is wrong. */
export function parseConfig(given: Readonly<Record<string, string | undefined>>, terminal: boolean): Config {
  const present = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => name in VARIABLES && value !== ''),
  );
  const parsed = environment.safeParse(present);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues
        .map((issue) =>
          issue.message.startsWith(String(issue.path[0]))
            ? issue.message
            : `${String(issue.path[0])}: ${issue.message}`,
        )
        .join('\n'),
    );
  }
  const env = parsed.data;
  const problems = toProblems(env);
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  const meta = toMeta(env);
  const whapi = toWhapi(env);
  return {
    port: env.PORT,
    internalPort: env.INTERNAL_PORT,
    host: env.HOST,
    dataDir: resolve(env.WHARF_DATA_DIR),
    databaseUrl: env.DATABASE_URL ?? null,
    apiKey: env.WHARF_API_KEY ?? null,
    emulator: isEmulated(env) ? { port: env.WHARF_EMULATOR_PORT } : null,
    reactions: resolve(env.WHARF_REACTIONS),
    roles: new Set(env.WHARF_ROLES),
    logLevel: env.WHARF_LOG_LEVEL,
    logPretty: terminal,
    graceMs: env.WHARF_AMBIGUOUS_SECONDS ?? (isEmulated(env) ? GRACE_MS.emulator : GRACE_MS.provider),
    leaseMs: env.WHARF_LEASE_SECONDS,
    graphWaitMs: env.WHARF_GRAPH_WAIT_SECONDS,
    media: toMediaConfig(env),
    meta,
    whapi,
  };
}
