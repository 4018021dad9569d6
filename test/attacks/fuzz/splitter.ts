/** Webhook bodies to events: total, repeatable, bounded, and fair to neighbours, whatever the bytes are. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Provider, splitDelivery, type WhatsAppEvent } from '@wharf/whatsapp';
import { toJson } from '../../../packages/server/src/kit/json.ts';
import { ROOT } from '../../support/wharf.ts';
import { below, type Chance, mutateBytes, mutateJson, pick } from './mutate.ts';

/** `body` holds a byte in each character. */
export interface Body {
  readonly provider: Provider;
  readonly body: string;
}

const SAFE = /^[A-Za-z0-9._:+/=@-]{1,200}$/;
const MAX_MS = 1_000;
/** Events repeat what stands around them (who, where, when), and no more. */
const MAX_GROWTH = 60;
const MAX_EVENTS = 1_001;

const split = (bytes: Buffer, provider: Provider): WhatsAppEvent[] => [
  ...splitDelivery(bytes, { provider, channel: 'c' }),
];

/** What is wrong with the way this body is read; empty when all is well. */
export function judgeBody({ provider, body }: Body): string[] {
  const bytes = Buffer.from(body, 'latin1');
  try {
    const startedAt = performance.now();
    const events = split(bytes, provider);
    const tookMs = performance.now() - startedAt;
    const size = events.reduce((sum, event) => sum + toJson(event).length, 0);
    return [
      ...(events.length === 0 ? ['no event'] : []),
      ...(events.length > MAX_EVENTS + bytes.length / 10 ? [`${events.length} events`] : []),
      ...(tookMs > MAX_MS ? [`took ${tookMs} ms`] : []),
      ...(size > MAX_GROWTH * (bytes.length + 1_000) ? [`${bytes.length} bytes became ${size}`] : []),
      ...(isDeepStrictEqual(split(bytes, provider), events) ? [] : ['another reading, other events']),
      ...events.flatMap(({ id, lane }) => (SAFE.test(id) && SAFE.test(lane) ? [] : [`id ${id}, lane ${lane}`])),
      ...judgeNeighbours(bytes),
      ...('x' in Object.prototype ? ['a prototype was changed'] : []),
    ];
  } catch (error) {
    return [`threw ${error instanceof Error ? error.stack : String(error)}`];
  }
}

const good = (n: number): string =>
  `{"id":"wamid.GOOD${n}","from":"5511999990000","timestamp":"1763683200","type":"text","text":{"body":"${n}"}}`;

/** The body as an element of a list between two messages in order. */
function judgeNeighbours(bytes: Buffer): string[] {
  const text = bytes.toString('utf8');
  if (!isJson(text)) return [];
  const list = `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"106"},"messages":[${good(1)},${text},${good(2)}]}}]}]}`;
  const read = split(Buffer.from(list), 'meta').filter((event) => event.id.includes('wamid.GOOD'));
  const bodies = read.map((event) =>
    'message' in event && event.message.content.type === 'text' ? event.message.content.body : '',
  );
  return bodies.join() === '1,2' ? [] : [`neighbours became ${bodies.join()}`];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The fixtures of the parser. */
export function readSeeds(): Body[] {
  const folder = join(ROOT, 'packages/whatsapp/fixtures');
  return globSync('{meta,whapi}/**/*.json', { cwd: folder })
    .toSorted()
    .map((file) => ({
      provider: file.startsWith('whapi') ? 'whapi' : 'meta',
      body: readFileSync(join(folder, file), 'latin1'),
    }));
}

/** A new body out of known ones. */
export function makeBody(known: readonly Body[], chance: Chance): Body {
  const { provider, body } = pick(chance, known);
  const bytes = Buffer.from(body, 'latin1');
  const text = bytes.toString('utf8');
  if (below(chance, 4) === 0 || !isJson(text)) return { provider, body: mutateBytes(bytes, chance).toString('latin1') };
  const other = Buffer.from(pick(chance, known).body, 'latin1').toString('utf8');
  const changed = mutateJson(JSON.parse(text), chance, isJson(other) ? [JSON.parse(other)] : [{}]);
  return { provider, body: Buffer.from(JSON.stringify(changed) ?? 'null').toString('latin1') };
}
