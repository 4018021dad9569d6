import { z } from 'zod';
import { parseAllowedEntry } from '#kit';

/** Where files are kept, how long links to them live, and which private hosts may be fetched from. */
export interface MediaConfig {
  readonly allowPrivateHosts: readonly string[];
  readonly checkLinks: boolean;
  /** Signs links to files; null: one is made and kept in the data folder. */
  readonly secret: string | null;
  readonly linkMs: number;
  /** Null: files lie in the data folder. */
  readonly bucket: BucketConfig | null;
}

export interface BucketConfig {
  readonly name: string;
  readonly region: string;
  /** Null: Amazon's own. */
  readonly endpoint: string | null;
  /** Null: as the machine is entitled (environment of AWS, instance role). */
  readonly keys: { readonly id: string; readonly secret: string } | null;
}

const BAD_HOST =
  'WHARF_ALLOW_PRIVATE_HOSTS must be hosts, hosts with a port or networks with commas between them, for example minio.internal:9000,10.0.0.0/8';
const LINK_SECONDS = 'WHARF_MEDIA_LINK_SECONDS must be a whole number of seconds from 120 to 86400, for example 300';

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

export const MEDIA_VARIABLES = {
  WHARF_ALLOW_PRIVATE_HOSTS: z
    .string()
    .default('')
    .transform(list)
    .pipe(z.array(z.string().refine((text) => parseAllowedEntry(text) !== null, BAD_HOST))),
  WHARF_CHECK_LINKS: z.enum(['on', 'off'], 'WHARF_CHECK_LINKS must be one of: on, off').default('on'),
  WHARF_MEDIA_SECRET: z
    .string()
    .regex(
      /^[\x21-\x7e]{32,}$/,
      'WHARF_MEDIA_SECRET must have at least 32 characters, without spaces; make one with: openssl rand -hex 32',
    )
    .optional(),
  WHARF_MEDIA_LINK_SECONDS: z
    .string()
    .regex(/^\d{1,6}$/, LINK_SECONDS)
    .transform((text) => Number(text) * 1000)
    .refine((ms) => ms >= 120_000 && ms <= 86_400_000, LINK_SECONDS)
    .default(300_000),
  WHARF_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'WHARF_BUCKET must be the name of a bucket, for example wharf-media')
    .optional(),
  WHARF_BUCKET_REGION: z
    .string()
    .regex(/^[a-z0-9-]{2,40}$/, 'WHARF_BUCKET_REGION must be a region, for example eu-central-1')
    .default('us-east-1'),
  WHARF_BUCKET_ENDPOINT: z
    .url({
      protocol: /^https?$/,
      message: 'WHARF_BUCKET_ENDPOINT must be an http(s) URL, for example http://minio.internal:9000',
    })
    .optional(),
  WHARF_BUCKET_KEY_ID: z.string().min(1).optional(),
  WHARF_BUCKET_SECRET: z.string().min(1).optional(),
} as const;

const shape = z.object(MEDIA_VARIABLES);
type Environment = z.infer<typeof shape>;

/** Variables that only make sense together. */
export function toMediaProblems(env: Environment): string[] {
  const { WHARF_BUCKET: bucket, WHARF_BUCKET_KEY_ID: id, WHARF_BUCKET_SECRET: secret } = env;
  const missing = (name: string, because: string) => `${name} is missing: ${because} is set`;
  return [
    ...(id !== undefined && secret === undefined ? [missing('WHARF_BUCKET_SECRET', 'WHARF_BUCKET_KEY_ID')] : []),
    ...(secret !== undefined && id === undefined ? [missing('WHARF_BUCKET_KEY_ID', 'WHARF_BUCKET_SECRET')] : []),
    ...(bucket === undefined && env.WHARF_BUCKET_ENDPOINT !== undefined
      ? [missing('WHARF_BUCKET', 'WHARF_BUCKET_ENDPOINT')]
      : []),
    ...(bucket === undefined && id !== undefined ? [missing('WHARF_BUCKET', 'WHARF_BUCKET_KEY_ID')] : []),
  ];
}

function toBucket(env: Environment): BucketConfig | null {
  const { WHARF_BUCKET: name, WHARF_BUCKET_KEY_ID: id, WHARF_BUCKET_SECRET: secret } = env;
  if (name === undefined) return null;
  const keys = id !== undefined && secret !== undefined ? { id, secret } : null;
  return { name, region: env.WHARF_BUCKET_REGION, endpoint: env.WHARF_BUCKET_ENDPOINT ?? null, keys };
}

export const toMediaConfig = (env: Environment): MediaConfig => ({
  allowPrivateHosts: env.WHARF_ALLOW_PRIVATE_HOSTS,
  checkLinks: env.WHARF_CHECK_LINKS === 'on',
  secret: env.WHARF_MEDIA_SECRET ?? null,
  linkMs: env.WHARF_MEDIA_LINK_SECONDS,
  bucket: toBucket(env),
});
