import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { GetObjectCommandInput, PutObjectCommandInput } from '@aws-sdk/client-s3';
import { type BlobKey, type BlobSource, type BlobStore, toBlobPath } from './blob-store.ts';

export interface BucketOptions {
  readonly name: string;
  readonly region: string;
  /** Null: Amazon's own. */
  readonly endpoint: string | null;
  /** Null: as the machine is entitled. */
  readonly keys: { readonly id: string; readonly secret: string } | null;
}

const isMissing = (error: unknown): boolean => error instanceof Error && ['NotFound', 'NoSuchKey'].includes(error.name);

async function orMissing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const toBody = (source: BlobSource): Pick<PutObjectCommandInput, 'Body' | 'ContentLength'> =>
  'path' in source
    ? { Body: createReadStream(source.path), ContentLength: source.sizeBytes }
    : { Body: source.bytes, ContentLength: source.bytes.length };

/** For a whole exchange without an answer, and how often it is tried. */
const TIMEOUT_MS = 60_000;
const ATTEMPTS = 3;

async function openClient({ region, endpoint, keys }: BucketOptions) {
  // 22 MB that nobody loads who keeps files in a folder.
  const s3 = await import('@aws-sdk/client-s3');
  const client = new s3.S3Client({
    region,
    maxAttempts: ATTEMPTS,
    requestHandler: { requestTimeout: TIMEOUT_MS, connectionTimeout: 5_000 },
    // Other makers' buckets do not know the checksums that Amazon added later; ours is given by hand.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(keys === null ? {} : { credentials: { accessKeyId: keys.id, secretAccessKey: keys.secret } }),
  });
  return { s3, client };
}

/** A bucket of Amazon S3, or of anything that speaks its protocol. Loads the client only when it is called. */
export async function openBucketStore(options: BucketOptions): Promise<BlobStore> {
  const { s3, client } = await openClient(options);
  const at = (key: BlobKey) => ({ Bucket: options.name, Key: toBlobPath(key) });

  async function size(key: BlobKey): Promise<number | null> {
    const head = await orMissing(client.send(new s3.HeadObjectCommand(at(key))));
    return head === null ? null : (head.ContentLength ?? 0);
  }
  return {
    size,
    async put(key, source) {
      if ((await size(key)) !== null) return;
      // The bucket compares: what was cut or changed on the way is refused.
      const ChecksumSHA256 = Buffer.from(key.sha256, 'hex').toString('base64');
      await client.send(new s3.PutObjectCommand({ ...at(key), ...toBody(source), ChecksumSHA256 }));
    },
    async open(key, range) {
      const part: Partial<GetObjectCommandInput> =
        range === undefined ? {} : { Range: `bytes=${range.from}-${range.to}` };
      const answer = await orMissing(client.send(new s3.GetObjectCommand({ ...at(key), ...part })));
      return answer === null ? null : (answer.Body as Readable);
    },
    remove: async (key) => void (await client.send(new s3.DeleteObjectCommand(at(key)))),
    close: async () => client.destroy(),
  };
}
