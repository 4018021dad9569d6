import { hash } from 'node:crypto';
import type { SplitOptions, WhatsAppEvent } from '../events.ts';
import { toEventId, toScope } from './ids.ts';
import { parseJson } from './json.ts';
import { splitMeta } from './meta/envelope.ts';
import { makeOutput, type Output } from './output.ts';
import { makeBase, makeSource } from './source.ts';
import { splitWhapi } from './whapi/envelope.ts';

/**
 * Splits the raw bytes of one webhook delivery into its events, in the order of the document. Verify the signature
 * first. Never throws and never returns an empty list: bytes that are not JSON are one `unreadable` event, and each
 * part of unknown object, field or shape is an `unknown` event beside those of the others.
 */
export function splitDelivery(body: Uint8Array, options: SplitOptions): WhatsAppEvent[] {
  const parsed = parseJson(body);
  if (!parsed.ok) return [makeWhole('unreadable', body, { options, reason: parsed.reason })];
  const out = makeOutput();
  if (options.provider === 'meta') splitMeta(parsed.value, out);
  else splitWhapi(parsed.value, out, options);
  return finish(out, body, options);
}

function finish(out: Output, body: Uint8Array, options: SplitOptions): WhatsAppEvent[] {
  if (out.overflow > 0) {
    out.events.push(makeWhole('unknown', body, { options, reason: `${out.overflow} more elements could not be read` }));
  } else if (out.events.length === 0) {
    out.events.push(makeWhole('unknown', body, { options, reason: 'delivery holds nothing' }));
  }
  return out.events;
}

/** An event about the delivery as it is; the bytes themselves tell it from others. */
function makeWhole(
  kind: 'unreadable' | 'unknown',
  body: Uint8Array,
  about: { options: SplitOptions; reason: string },
): WhatsAppEvent {
  const { provider, channel = null } = about.options;
  const id = toEventId('u', toScope(provider, channel, null), [hash('sha256', body, 'hex')]);
  const source = makeSource({ provider, channel, account: null, field: '' });
  return { ...makeBase(kind, source, { id, lane: id, at: null, pointer: '' }), reason: about.reason };
}
