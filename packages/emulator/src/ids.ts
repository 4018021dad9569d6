import { makeWords, streams } from './seed.ts';

/** Where new ids come from: the seed, the start (`epoch`) and how many were drawn. */
export interface Ids {
  /** Message id as Meta writes it: opaque, base64, may hold `=`, `+`, `/`. */
  wamid(): string;
  /** Decimal node id of 16 digits; some are above 2^53. */
  node(): string;
  /** `fbtrace_id`. */
  trace(): string;
  /** Opaque digits of a BSUID or a phone number. */
  digits(length: number): string;
}

export function makeIds(seed: number, epoch: number): Ids {
  const kinds = { wamid: 1, node: 2, trace: 3, digits: 4 };
  const words = {
    wamid: makeWords(seed, streams.ids, epoch, kinds.wamid),
    node: makeWords(seed, streams.ids, epoch, kinds.node),
    trace: makeWords(seed, streams.ids, epoch, kinds.trace),
    digits: makeWords(seed, streams.ids, epoch, kinds.digits),
  };
  return {
    wamid: () => `wamid.HBg${toBase64(words.wamid, 28)}`,
    node: () => `${1 + (words.node() % 9)}${toDigits(words.node, 15)}`,
    trace: () => `A${toBase64(words.trace, 16).replaceAll(/[+/=]/g, '_')}`,
    digits: (length) => toDigits(words.digits, length),
  };
}

function toBase64(word: () => number, bytes: number): string {
  const buffer = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 4) buffer.writeUInt32LE(word(), at);
  return buffer.toString('base64');
}

function toDigits(word: () => number, length: number): string {
  let digits = '';
  while (digits.length < length) digits += String(word() % 1_000_000_000).padStart(9, '0');
  return digits.slice(0, length);
}
