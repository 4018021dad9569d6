import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBucketStore } from './bucket-store.ts';
import { conformBlobStore, keyOf } from './fixtures/blob-conformance.ts';
import { type Bucket, openBucket } from './fixtures/bucket.ts';

let bucket: Bucket;
beforeAll(async () => void (bucket = await openBucket()));
afterAll(() => bucket[Symbol.asyncDispose]());

const open = (secret = 'secret') =>
  openBucketStore({ name: 'files', region: 'eu-central-1', endpoint: bucket.url, keys: { id: 'key-id', secret } });

describe('the bucket', () => {
  conformBlobStore(() => open());

  test('is asked by path, signed, and never for what no key can name', async () => {
    const store = await open();
    const bytes = Buffer.from('signed');
    await store.put(keyOf(bytes), { bytes });
    const { sha256 } = keyOf(bytes);
    expect(bucket.objects.has(`/files/main/${sha256.slice(0, 2)}/${sha256}`)).toBe(true);
    expect(bucket.seen.every((one) => !JSON.stringify(one.headers).includes('secret'))).toBe(true);
    await store.close();
  });

  test('refuses bytes that are not those of the key', async () => {
    const store = await open();
    await expect(store.put(keyOf(Buffer.from('one')), { bytes: Buffer.from('other') })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 400 },
    });
    expect(await store.size(keyOf(Buffer.from('one')))).toBeNull();
    await store.close();
  });

  test('that lets nobody in is a failure, not an empty place', async () => {
    const store = await openBucketStore({
      name: 'files',
      region: 'x',
      endpoint: bucket.url,
      keys: { id: 'other', secret: 's' },
    });
    await expect(store.size(keyOf(Buffer.from('x')))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    await store.close();
  });
});
