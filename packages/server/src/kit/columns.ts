import { toJson } from './json.ts';

/** PostgreSQL's types that columns may have here, with what a row gives for each. */
interface Types {
  readonly text: string;
  readonly uuid: string;
  readonly bigint: number;
  readonly int: number;
  readonly smallint: number;
  readonly real: number;
  readonly boolean: boolean;
  /** Unix ms, when it is a number. */
  readonly timestamptz: Date | number;
  /** Anything that has JSON. */
  readonly jsonb: unknown;
  /** JSON that is written already, and clean (see `toJson`). */
  readonly 'jsonb text': string;
}

type Type = keyof Types;
type Shape = Readonly<Record<string, Type>>;

/** A row for these columns; what is left out is null. */
export type RowOf<S extends Shape> = { readonly [K in keyof S]?: Types[S[K]] | null | undefined };

/**
 * Rows on their way to PostgreSQL, an array for each column, in PostgreSQL's own binary form. As JSON the same rows cost
 * it half as much again: it makes a hash table of every object, and parses every time and number.
 */
export interface Columns<S extends Shape> {
  /** `unnest($1::text[], …) as name(column, …)`, for a `from`. */
  from(name: string): string;
  /** The first parameter behind them: `$4` after three columns. */
  readonly next: string;
  /** The values of `$1` and up. Texts are cleaned of what cannot be stored; throws RangeError for numbers that cannot. */
  values(rows: readonly RowOf<S>[]): Uint8Array[];
}

interface Codec {
  readonly oid: number;
  /** A text is in its final form before it is measured. */
  readonly prepare?: (value: never) => string;
  readonly size: (prepared: never) => number;
  readonly write: (into: Buffer, prepared: never, at: number) => unknown;
}

const WORD = 2 ** 32;
/** PostgreSQL counts µs from the beginning of 2000. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

/** A Buffer takes a fraction for the whole number below it, and NaN for zero. */
function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number that can be stored`);
  return value;
}

function writeInt64(into: Buffer, value: number, at: number): void {
  const high = Math.floor(whole(value) / WORD);
  into.writeInt32BE(high, at);
  into.writeUInt32BE(value - high * WORD, at + 4);
}

/** µs leave what a number holds exactly in 2285; providers' times may lie far beyond, and were taken so far. */
function writeTime(into: Buffer, value: Date | number, at: number): unknown {
  const ms = Number(value) - EPOCH_MS;
  const us = Math.round(ms * 1_000);
  if (Number.isSafeInteger(us)) return writeInt64(into, us, at);
  return into.writeBigInt64BE(BigInt(whole(Math.round(ms))) * 1_000n, at);
}

const fixed = <T>(oid: number, bytes: number, write: (into: Buffer, value: T, at: number) => unknown): Codec => ({
  oid,
  size: () => bytes,
  write,
});

/** PostgreSQL's text holds no NUL. Half a surrogate pair becomes U+FFFD by itself. */
const toText = (value: string): string => (value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value);

/** A version byte before the text. */
const JSONB = {
  oid: 3802,
  size: (json: string) => 1 + Buffer.byteLength(json),
  write: (into: Buffer, json: string, at: number) => into.write(json, into.writeUInt8(1, at)),
};

const CODECS: { readonly [K in Type]: Codec } = {
  text: {
    oid: 25,
    prepare: toText,
    size: (text: string) => Buffer.byteLength(text),
    write: (into, text: string, at) => into.write(text, at),
  },
  uuid: fixed(2950, 16, (into, value: string, at) => into.write(value.replaceAll('-', ''), at, 'hex')),
  bigint: fixed(20, 8, writeInt64),
  int: fixed(23, 4, (into, value: number, at) => into.writeInt32BE(whole(value), at)),
  smallint: fixed(21, 2, (into, value: number, at) => into.writeInt16BE(whole(value), at)),
  real: fixed(700, 4, (into, value: number, at) => into.writeFloatBE(value, at)),
  boolean: fixed(16, 1, (into, value: boolean, at) => into.writeUInt8(value ? 1 : 0, at)),
  timestamptz: fixed(1184, 8, writeTime),
  jsonb: { ...JSONB, prepare: (value: unknown) => toJson(value) },
  'jsonb text': JSONB,
};

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL = -1;

/** Dimensions, whether there are nulls, the type; length and first index of the one dimension. */
function writeHeader(into: Buffer, head: { count: number; hasNulls: boolean; oid: number }): void {
  [1, head.hasNulls ? 1 : 0, head.oid, head.count, 1].forEach((word, n) => void into.writeInt32BE(word, n * 4));
}

const isNull = (value: unknown): value is null | undefined => value === null || value === undefined;

/** The array in PostgreSQL's binary form: a header, then each value behind its length. */
function toArray(type: Type, values: readonly unknown[]): Buffer {
  const { oid, prepare, size, write } = CODECS[type];
  const given = prepare ? values.map((value) => (isNull(value) ? null : prepare(value as never))) : values;
  const sizes = given.map((value) => (isNull(value) ? NULL : size(value as never)));
  const bytes = sizes.reduce((sum, one) => sum + LENGTH_BYTES + Math.max(0, one), HEADER_BYTES);
  const into = Buffer.allocUnsafe(bytes);
  writeHeader(into, { count: given.length, hasNulls: sizes.includes(NULL), oid });
  let at = HEADER_BYTES;
  for (const [n, length] of sizes.entries()) {
    at = into.writeInt32BE(length, at);
    if (length === NULL) continue;
    write(into, given[n] as never, at);
    at += length;
  }
  return into;
}

const toElement = (type: Type): string => (type === 'jsonb text' ? 'jsonb' : type);

/** Columns by name and type, in the order of their parameters. */
export function makeColumns<const S extends Shape>(shape: S): Columns<S> {
  const columns = Object.entries(shape);
  const arrays = columns.map(([, type], n) => `$${n + 1}::${toElement(type)}[]`).join(', ');
  const names = columns.map(([name]) => name).join(', ');
  return {
    from: (name) => `unnest(${arrays}) as ${name}(${names})`,
    next: `$${columns.length + 1}`,
    values: (rows) =>
      columns.map(([name, type]) => {
        const values = rows.map((row) => row[name]);
        return toArray(type, values);
      }),
  };
}
