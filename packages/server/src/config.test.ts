import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, parseConfig, VARIABLES } from './config.ts';

type Env = Record<string, string>;

const META: Env = {
  WHATSAPP_APP_SECRET: 'a-secret-of-meta',
  WHATSAPP_VERIFY_TOKEN: 'verify',
  WHATSAPP_ACCESS_TOKEN: 'EAAG',
};
const WHAPI: Env = {
  WHAPI_CHANNEL_ID: 'MANTIS-7ABCD',
  WHAPI_TOKEN: 'token',
  WHAPI_WEBHOOK_SECRET: 'a_secret-of-24-characters',
};

const parse = (env: Env) => parseConfig(env, false);

/** The lines that a refused start prints. */
function refusal(env: Env): string[] {
  try {
    parse(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('Without any variable', () => {
  test('everything has a default, and the emulator stands in for Meta', () => {
    expect(parse({})).toEqual({
      port: 8080,
      internalPort: 9090,
      host: '127.0.0.1',
      dataDir: resolve('./data'),
      databaseUrl: null,
      apiKey: null,
      emulator: { port: 8081 },
      reactions: resolve('./reactions.ts'),
      roles: new Set(['gateway', 'worker', 'api']),
      logLevel: 'info',
      logPretty: false,
      graceMs: 10_000,
      leaseMs: 10_000,
      graphWaitMs: 20_000,
      media: { allowPrivateHosts: [], checkLinks: true, secret: null, linkMs: 300_000, bucket: null },
      meta: null,
      whapi: null,
    });
  });

  test('an empty variable is one that is not set', () => {
    expect(parse(Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, ''])))).toEqual(parse({}));
  });

  test('variables of others are none of ours', () => {
    expect(parse({ HOME: '/root', constructor: 'x', toString: 'y', PORTS: 'z' })).toEqual(parse({}));
  });
});

describe('A right value', () => {
  test.each<[Env, object]>([
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: '65535' }, { port: 65_535 }],
    [{ INTERNAL_PORT: '1' }, { internalPort: 1 }],
    [{ HOST: '0.0.0.0' }, { host: '0.0.0.0' }],
    [{ HOST: '::' }, { host: '::' }],
    [{ HOST: 'wharf.internal' }, { host: 'wharf.internal' }],
    [{ WHARF_DATA_DIR: '/var/lib/wharf' }, { dataDir: '/var/lib/wharf' }],
    [
      { DATABASE_URL: 'postgresql://u:p@db:5432/wharf?sslmode=require' },
      { databaseUrl: 'postgresql://u:p@db:5432/wharf?sslmode=require' },
    ],
    [{ WHARF_API_KEY: 'sixteen-letters!' }, { apiKey: 'sixteen-letters!' }],
    [{ WHARF_EMULATOR: 'off' }, { emulator: null, graceMs: 120_000 }],
    [{ WHARF_EMULATOR: 'on', WHARF_EMULATOR_PORT: '9000' }, { emulator: { port: 9000 } }],
    [{ WHARF_REACTIONS: 'bots/shop.ts' }, { reactions: resolve('bots/shop.ts') }],
    [{ WHARF_ROLES: 'gateway, worker' }, { roles: new Set(['gateway', 'worker']) }],
    [{ WHARF_ROLES: 'api,api' }, { roles: new Set(['api']) }],
    [{ WHARF_LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
    [{ WHARF_AMBIGUOUS_SECONDS: '1.5' }, { graceMs: 1_500 }],
    [{ WHARF_LEASE_SECONDS: '600' }, { leaseMs: 600_000 }],
    [{ WHARF_GRAPH_WAIT_SECONDS: '0' }, { graphWaitMs: 0 }],
    [{ WHARF_GRAPH_WAIT_SECONDS: '50' }, { graphWaitMs: 50_000 }],
    [
      META,
      {
        meta: {
          appSecrets: ['a-secret-of-meta'],
          verifyToken: 'verify',
          accessToken: 'EAAG',
          phoneNumberId: null,
          accountId: null,
          graphUrl: 'https://graph.facebook.com',
        },
        emulator: null,
      },
    ],
    [
      { ...META, WHATSAPP_APP_SECRET: ' new-secret , old-secret ,' },
      { meta: expect.objectContaining({ appSecrets: ['new-secret', 'old-secret'] }) },
    ],
    [
      {
        ...META,
        WHATSAPP_PHONE_NUMBER_ID: '106540352242922',
        WHATSAPP_BUSINESS_ACCOUNT_ID: '102290129340398',
        WHATSAPP_GRAPH_URL: 'http://127.0.0.1:8081',
      },
      {
        meta: expect.objectContaining({
          phoneNumberId: '106540352242922',
          accountId: '102290129340398',
          graphUrl: 'http://127.0.0.1:8081',
        }),
      },
    ],
    [
      { ...WHAPI, WHAPI_ALLOWED_IPS: '192.0.2.7, 2001:DB8::7' },
      {
        whapi: {
          channel: 'MANTIS-7ABCD',
          token: 'token',
          secret: 'a_secret-of-24-characters',
          addresses: ['192.0.2.7', '2001:db8::7'],
          url: 'https://gate.whapi.cloud',
        },
        meta: null,
        emulator: null,
      },
    ],
    [
      { ...META, ...WHAPI },
      { emulator: null, meta: expect.anything(), whapi: expect.anything() },
    ],
    [
      { ...WHAPI, WHARF_EMULATOR: 'on' },
      { emulator: { port: 8081 }, whapi: expect.anything() },
    ],
    [
      { PORT: '0', INTERNAL_PORT: '0' },
      { port: 0, internalPort: 0 },
    ],
    [
      { ...META, PORT: '8081' },
      { port: 8081, emulator: null },
    ],
  ])('%j is taken', (env, expected) => {
    expect(parse(env)).toMatchObject(expected);
  });
});

/** Each message must name the variable, say what is wrong, and give an example or the words to choose from. */
const WRONG: readonly [name: string, value: string, message: RegExp][] = [
  ['PORT', 'eighty', /^PORT must be a port number, for example 8080$/],
  ['PORT', '80 ', /^PORT must be a port number, for example 8080$/],
  ['PORT', '-1', /^PORT must be a port number/],
  ['PORT', '65536', /^PORT must be at most 65535, for example 8080$/],
  ['PORT', '999999', /^PORT must be a port number/],
  ['INTERNAL_PORT', '9090.5', /^INTERNAL_PORT must be a port number, for example 9090$/],
  [
    'HOST',
    'http://localhost',
    /^HOST must be an address or a host name without scheme and port, for example 0\.0\.0\.0$/,
  ],
  ['HOST', '0.0.0.0:8080', /^HOST must be an address/],
  ['HOST', ' ', /^HOST must be an address/],
  [
    'DATABASE_URL',
    'db.example.org/wharf',
    /^DATABASE_URL must be a PostgreSQL URL, for example postgres:\/\/user:password@host:5432\/wharf$/,
  ],
  ['DATABASE_URL', 'mysql://u:p@h/db', /^DATABASE_URL must be a PostgreSQL URL/],
  ['WHARF_API_KEY', 'short', /^WHARF_API_KEY must have at least 16 characters.*openssl rand -base64 32$/],
  ['WHARF_API_KEY', 'sixteen letters and spaces', /^WHARF_API_KEY must have at least 16 characters, without spaces/],
  ['WHARF_EMULATOR', 'yes', /^WHARF_EMULATOR must be one of: on, off$/],
  ['WHARF_EMULATOR_PORT', 'x', /^WHARF_EMULATOR_PORT must be a port number, for example 8081$/],
  ['WHARF_ROLES', 'gateway,cook', /^WHARF_ROLES must be one of: gateway, worker, api$/],
  ['WHARF_ROLES', ',', /^WHARF_ROLES must be all, or a list such as gateway,worker$/],
  ['WHARF_LOG_LEVEL', 'loud', /^WHARF_LOG_LEVEL must be one of: debug, info, warn, error, silent$/],
  [
    'WHARF_AMBIGUOUS_SECONDS',
    '2m',
    /^WHARF_AMBIGUOUS_SECONDS must be a number of seconds from 1 to 86400, for example 120$/,
  ],
  ['WHARF_AMBIGUOUS_SECONDS', '86401', /^WHARF_AMBIGUOUS_SECONDS must be a number of seconds/],
  ['WHARF_LEASE_SECONDS', '0', /^WHARF_LEASE_SECONDS must be a number of seconds from 1 to 600, for example 10$/],
  ['WHARF_LEASE_SECONDS', '1e3', /^WHARF_LEASE_SECONDS must be a number of seconds/],
  [
    'WHARF_GRAPH_WAIT_SECONDS',
    '51',
    /^WHARF_GRAPH_WAIT_SECONDS must be a number of seconds from 0 to 50, for example 20$/,
  ],
  ['WHARF_ALLOW_PRIVATE_HOSTS', 'minio,http://x', /^WHARF_ALLOW_PRIVATE_HOSTS must be hosts, .*minio\.internal:9000/],
  ['WHARF_ALLOW_PRIVATE_HOSTS', '10.0.0.0/33', /^WHARF_ALLOW_PRIVATE_HOSTS must be hosts/],
  ['WHARF_CHECK_LINKS', 'no', /^WHARF_CHECK_LINKS must be one of: on, off$/],
  ['WHARF_MEDIA_SECRET', 'x'.repeat(31), /^WHARF_MEDIA_SECRET must have at least 32 .*openssl rand -hex 32$/],
  ['WHARF_MEDIA_LINK_SECONDS', '119', /^WHARF_MEDIA_LINK_SECONDS must be a whole number of seconds from 120 to 86400/],
  ['WHARF_MEDIA_LINK_SECONDS', '86401', /^WHARF_MEDIA_LINK_SECONDS must be a whole number/],
  ['WHARF_BUCKET', 'My_Bucket', /^WHARF_BUCKET must be the name of a bucket, for example wharf-media$/],
  ['WHARF_BUCKET_REGION', 'EU 1', /^WHARF_BUCKET_REGION must be a region, for example eu-central-1$/],
  ['WHARF_BUCKET_ENDPOINT', 'minio:9000', /^WHARF_BUCKET_ENDPOINT must be an http\(s\) URL, for example http:/],
  ['WHATSAPP_APP_SECRET', 'short', /^WHATSAPP_APP_SECRET: each secret has at least 8 characters, for example \w+/],
  ['WHATSAPP_APP_SECRET', 'long-enough,short', /^WHATSAPP_APP_SECRET: each secret/],
  ['WHATSAPP_APP_SECRET', ' , ', /^WHATSAPP_APP_SECRET: each secret/],
  [
    'WHATSAPP_PHONE_NUMBER_ID',
    '+1 555 000 1111',
    /^WHATSAPP_PHONE_NUMBER_ID must be the numeric id .*for example 106540352242922/,
  ],
  [
    'WHATSAPP_BUSINESS_ACCOUNT_ID',
    'shop',
    /^WHATSAPP_BUSINESS_ACCOUNT_ID must be numeric, for example 102290129340398$/,
  ],
  [
    'WHATSAPP_GRAPH_URL',
    'graph.facebook.com',
    /^WHATSAPP_GRAPH_URL must be an http\(s\) URL, for example https:\/\/graph\.facebook\.com$/,
  ],
  ['WHATSAPP_GRAPH_URL', 'file:///etc/passwd', /^WHATSAPP_GRAPH_URL must be an http\(s\) URL/],
  ['WHAPI_CHANNEL_ID', 'two words', /^WHAPI_CHANNEL_ID must look like MANTIS-7ABCD$/],
  ['WHAPI_WEBHOOK_SECRET', 'too-short', /^WHAPI_WEBHOOK_SECRET must have at least 24 .*openssl rand -hex 24$/],
  ['WHAPI_WEBHOOK_SECRET', 'with/a/slash/and/enough/letters', /^WHAPI_WEBHOOK_SECRET must have/],
  [
    'WHAPI_ALLOWED_IPS',
    '192.0.2.0/24',
    /^WHAPI_ALLOWED_IPS must be addresses with commas between them, for example 192\.0\.2\.7/,
  ],
  ['WHAPI_URL', 'gate', /^WHAPI_URL must be an http\(s\) URL, for example https:\/\/gate\.whapi\.cloud$/],
];

describe('A wrong value', () => {
  test.each(WRONG)('%s=%s stops the start with one line that names it', (name, value, message) => {
    const lines = refusal({
      ...(name.startsWith('WHATSAPP_') ? META : {}),
      ...(name.startsWith('WHAPI_') ? WHAPI : {}),
      [name]: value,
    });
    expect(lines).toEqual([expect.stringMatching(message)]);
  });

  test('every variable that can be wrong is tried', () => {
    const any = [
      'WHARF_BUCKET_KEY_ID',
      'WHARF_BUCKET_SECRET',
      'WHARF_DATA_DIR',
      'WHARF_REACTIONS',
      'WHATSAPP_VERIFY_TOKEN',
      'WHATSAPP_ACCESS_TOKEN',
      'WHAPI_TOKEN',
    ];
    expect([...new Set(WRONG.map(([name]) => name)), ...any].sort()).toEqual(Object.keys(VARIABLES).sort());
  });

  test('all that is wrong is told at once', () => {
    expect(refusal({ PORT: 'x', WHARF_EMULATOR: 'x', WHARF_LOG_LEVEL: 'x' }).map((line) => line.split(' ')[0])).toEqual(
      ['PORT', 'WHARF_EMULATOR', 'WHARF_LOG_LEVEL'],
    );
  });

  test('never repeats a secret', () => {
    const env = {
      ...META,
      WHATSAPP_APP_SECRET: 'hunter2',
      WHARF_API_KEY: 'hunter2',
      DATABASE_URL: 'x://u:hunter2@h',
      WHAPI_WEBHOOK_SECRET: 'hunter2',
    };
    expect(refusal(env).join('\n')).not.toContain('hunter2');
    expect(refusal(env)).toHaveLength(4);
  });
});

describe('Values that do not go together', () => {
  const without = (env: Env, name: string): Env =>
    Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));

  test.each([
    ...Object.keys(META).map((name) => [name, META] as const),
    ...Object.keys(WHAPI).map((name) => [name, WHAPI] as const),
  ])('%s missing beside the others', (name, env) => {
    expect(refusal(without(env, name))).toEqual([
      expect.stringMatching(new RegExp(`^${name} is missing: .* are set, and all of .* are needed$`)),
    ]);
  });

  test.each(['WHATSAPP_PHONE_NUMBER_ID', 'WHATSAPP_BUSINESS_ACCOUNT_ID'])(
    '%s alone: the emulator must not start in silence',
    (name) => {
      const lines = refusal({ [name]: '106540352242922' });
      expect(lines.map((line) => line.split(' ')[0])).toEqual(Object.keys(META));
      expect(lines[0]).toContain(`${name} is set`);
    },
  );

  test('the emulator and a real number of Meta', () => {
    expect(refusal({ ...META, WHARF_EMULATOR: 'on' })).toEqual([
      expect.stringMatching(/^WHARF_EMULATOR=on stands in for Meta.*unset/),
    ]);
  });

  test.each<[Env, string]>([
    [{ PORT: '9090' }, 'INTERNAL_PORT must differ from PORT: both are 9090, for example 9091'],
    [{ PORT: '8081' }, 'WHARF_EMULATOR_PORT must differ from PORT: both are 8081, for example 8082'],
    [
      { WHARF_EMULATOR_PORT: '9090' },
      'WHARF_EMULATOR_PORT must differ from INTERNAL_PORT: both are 9090, for example 9091',
    ],
  ])('two doors at one port: %j', (env, line) => {
    expect(refusal(env)).toEqual([line]);
  });
});
