import { expect, test } from 'vitest';
import { ConfigError, parseConfig } from './config.ts';

type Env = Record<string, string>;
const parse = (env: Env) => parseConfig(env, false).media;

test('the guard, the check of links and the links themselves are as they are set', () => {
  const env = {
    WHARF_ALLOW_PRIVATE_HOSTS: 'minio.internal:9000, 10.0.0.0/8',
    WHARF_CHECK_LINKS: 'off',
    WHARF_MEDIA_SECRET: 'x'.repeat(32),
    WHARF_MEDIA_LINK_SECONDS: '120',
  };
  expect(parse(env)).toEqual({
    allowPrivateHosts: ['minio.internal:9000', '10.0.0.0/8'],
    checkLinks: false,
    secret: 'x'.repeat(32),
    linkMs: 120_000,
    bucket: null,
  });
  expect(parse({ WHARF_MEDIA_LINK_SECONDS: '86400' }).linkMs).toBe(86_400_000);
});

test('a bucket is of Amazon, by the rights of the machine, unless more is said', () => {
  expect(parse({ WHARF_BUCKET: 'files' }).bucket).toEqual({
    name: 'files',
    region: 'us-east-1',
    endpoint: null,
    keys: null,
  });
  const more = { WHARF_BUCKET_REGION: 'eu-1', WHARF_BUCKET_ENDPOINT: 'http://minio:9000' };
  const keys = { WHARF_BUCKET_KEY_ID: 'k', WHARF_BUCKET_SECRET: 's' };
  expect(parse({ WHARF_BUCKET: 'files', ...more, ...keys }).bucket).toEqual({
    name: 'files',
    region: 'eu-1',
    endpoint: 'http://minio:9000',
    keys: { id: 'k', secret: 's' },
  });
});

test.each<[Env, string]>([
  [{ WHARF_BUCKET: 'files', WHARF_BUCKET_KEY_ID: 'k' }, 'WHARF_BUCKET_SECRET is missing: WHARF_BUCKET_KEY_ID is set'],
  [{ WHARF_BUCKET: 'files', WHARF_BUCKET_SECRET: 's' }, 'WHARF_BUCKET_KEY_ID is missing: WHARF_BUCKET_SECRET is set'],
  [{ WHARF_BUCKET_ENDPOINT: 'http://minio:9000' }, 'WHARF_BUCKET is missing: WHARF_BUCKET_ENDPOINT is set'],
  [{ WHARF_BUCKET_KEY_ID: 'k', WHARF_BUCKET_SECRET: 's' }, 'WHARF_BUCKET is missing: WHARF_BUCKET_KEY_ID is set'],
])('%j is half a bucket and stops the start', (env, line) => {
  expect(() => parse(env)).toThrow(new ConfigError(line));
});
