import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** One webhook request as it arrived. */
export interface Delivery {
  readonly provider: 'meta' | 'whapi';
  /** Whapi: the channel of the path; Meta: ''. */
  readonly source: string;
  /** Unix ms. */
  readonly receivedAt: number;
  readonly body: Uint8Array;
  /** Of a replay: the pointers of the events that are meant; all others of this delivery were handled long ago. */
  readonly only?: readonly string[];
}

/** The deliveries of one commit, in the order of their arrival. */
export interface Segment {
  readonly position: number;
  readonly workspaceId: string;
  /** When it was stored; with the position it says where it lies. */
  readonly receivedAt: Date;
  readonly deliveries: readonly Delivery[];
}

type Head = readonly [
  provider: Delivery['provider'],
  source: string,
  receivedAt: number,
  bytes: number,
  only?: readonly string[],
];

// Level 1: webhooks of one number repeat each other, so that even it leaves a fifteenth of 200 of them (0.6 µs each).
// The checksum costs 4 bytes: without it a changed byte is often read as another body instead of being refused.
const OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 } };
const compressAside = promisify(zstdCompress);
/** Waking a thread of the pool costs 300 µs, as much as compressing this here. */
const SMALL_BYTES = 512_000;
/** No segment of ours is larger: a row that claims to be is damaged. */
const MAX_BYTES = 64 << 20;
const LENGTH_BYTES = 4;

const toHead = ({ provider, source, receivedAt, body, only }: Delivery): Head =>
  only ? [provider, source, receivedAt, body.length, only] : [provider, source, receivedAt, body.length];

/** Zstandard over: length of the heads (32 bits, big-endian), heads as JSON, bodies one after the other. */
export function encodeSegment(deliveries: readonly Delivery[]): Promise<Buffer> {
  const heads = Buffer.from(JSON.stringify(deliveries.map(toHead)));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(heads.length);
  const plain = Buffer.concat([length, heads, ...deliveries.map((delivery) => delivery.body)]);
  return plain.length > SMALL_BYTES ? compressAside(plain, OPTIONS) : Promise.resolve(zstdCompressSync(plain, OPTIONS));
}

/** The deliveries byte for byte. Throws on content that `encodeSegment` did not make. */
export function decodeSegment(content: Uint8Array): Delivery[] {
  const plain = zstdDecompressSync(content, { maxOutputLength: MAX_BYTES });
  let at = LENGTH_BYTES + plain.readUInt32BE();
  const heads = JSON.parse(plain.toString('utf8', LENGTH_BYTES, at)) as Head[];
  const deliveries = heads.map(([provider, source, receivedAt, bytes, only]) => {
    const body = plain.subarray(at, (at += bytes));
    return only ? { provider, source, receivedAt, body, only } : { provider, source, receivedAt, body };
  });
  if (at !== plain.length) throw new RangeError('The bodies are not as long as their heads say');
  return deliveries;
}
