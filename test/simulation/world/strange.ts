import type { Dice } from '../engine/dice.ts';
import type { Post } from './door.ts';
import { sign } from './signature.ts';

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const change = (n: number, field: string, value: object): Buffer =>
  json({ object: 'whatsapp_business_account', entry: [{ id: String(n), changes: [{ field, value }] }] });

/** Signed by Meta, and unknown to us: kept, and answered 200. */
const UNKNOWN: readonly ((n: number) => Buffer)[] = [
  (n) => Buffer.from(`not JSON at all ${n}`),
  (n) =>
    Buffer.concat([Buffer.from(`{"n":${n},"bytes":"`), Buffer.from([0, 1, 0xff, 0xfe, 0xc3, 0x28]), Buffer.from('"}')]),
  (n) => Buffer.from(`{"n":${n},"text":"\\u0000 \\ud800 ${'x'.repeat(300)}"}`),
  (n) => Buffer.from(`${'['.repeat(2_000)}${n}${']'.repeat(2_000)}`),
  (n) => Buffer.from(`{"__proto__":{"n":${n}},"object":"whatsapp_business_account","entry":[]}`),
  (n) => json({ object: 'page', n }),
  (n) => change(n, 'a_field_of_next_year', { n }),
  (n) => json([n]),
];

const forge = (body: Buffer, how: number): Record<string, string> => {
  if (how === 0) return {};
  if (how === 1) return { 'x-hub-signature-256': sign(body, 'another secret') };
  if (how === 2) return { 'x-hub-signature-256': sign(Buffer.concat([body, Buffer.from(' ')])) };
  return { 'x-hub-signature-256': sign(body).slice(0, -1) };
};

/** A post that is not what Meta sends every day: forged, cut off, or signed and unknown. Each `n` another body. */
export function makeStrange(n: number, dice: Dice): Post {
  const body = dice.pick(UNKNOWN)(n);
  const fate = dice.int(0, 9);
  if (fate < 4) return { body, headers: forge(body, fate) };
  const headers = { 'x-hub-signature-256': sign(body) };
  return fate === 4 ? { body, headers, cutAfter: dice.int(0, body.length - 1) } : { body, headers };
}
