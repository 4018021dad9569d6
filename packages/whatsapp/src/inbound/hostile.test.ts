import { describe, expect, test } from 'vitest';
import type { WhatsAppEvent } from '../events.ts';
import { splitDelivery } from './split.ts';

const SAFE = /^[A-Za-z0-9._:+/=@-]{1,200}$/;
const neighbour =
  '{"id":"wamid.GOOD","from":"5511999990000","timestamp":"1763683200","type":"text","text":{"body":"still here"}}';

/** A delivery of one element as JSON text, followed by one that is in order. */
function deliver(element: string): WhatsAppEvent[] {
  const value = `{"metadata":{"phone_number_id":"106"},"messages":[${element},${neighbour}]}`;
  const text = `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":${value}}]}]}`;
  return splitDelivery(Buffer.from(text), { provider: 'meta' });
}

const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const manyKeys = `{${Array.from({ length: 100_000 }, (_, index) => `"k${index}":${index}`).join()}}`;

describe('a hostile element', () => {
  test.each<[string, string, object]>([
    [
      'NUL in its id',
      '{"id":"a\\u0000b","from":"5511","type":"text","text":{"body":"x"}}',
      { kind: 'message.received' },
    ],
    [
      'NUL in its text',
      '{"id":"n","from":"5511","type":"text","text":{"body":"a\\u0000b"}}',
      { message: { content: { body: 'a\0b' } } },
    ],
    [
      'lone surrogates',
      '{"id":"\\ud800","from_user_id":"\\udfff","type":"text","text":{"body":"\\ud83d"}}',
      { person: { bsuid: '\udfff' } },
    ],
    [
      'right-to-left override',
      '{"id":"r","from":"5511","type":"text","text":{"body":"\\u202egpj.exe"}}',
      { kind: 'message.received' },
    ],
    [
      '__proto__ as an object',
      '{"__proto__":{"id":"p","type":"text"},"id":"q","type":"text","text":{"body":"x"}}',
      { message: { id: 'q' } },
    ],
    [
      '__proto__ as its type',
      '{"id":"t","from":"5511","type":"__proto__"}',
      { message: { content: { type: 'unknown', name: '__proto__' } } },
    ],
    [
      'constructor as its type',
      '{"id":"t","from":"5511","type":"constructor"}',
      { message: { content: { type: 'unknown' } } },
    ],
    [
      '10^5 keys',
      `{"id":"k","from":"5511","type":"text","text":${manyKeys}}`,
      { message: { content: { type: 'unknown' } } },
    ],
    [
      '100,000 levels in its body',
      `{"id":"d","from":"5511","type":"text","text":${deep}}`,
      { message: { content: { type: 'unknown' } } },
    ],
    ['100,000 levels instead of an object', deep, { kind: 'unknown' }],
    [
      '100,000 levels in a form',
      `{"id":"f","type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":${deep}}}}`,
      { message: { content: { type: 'form', data: null } } },
    ],
    [
      '100,000 levels in the text of a form',
      `{"id":"f","type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":"${deep}"}}}`,
      { message: { content: { type: 'form', data: null } } },
    ],
    [
      'numbers for strings',
      '{"id":1,"from":5511,"timestamp":1763683200,"type":"text","text":{"body":7}}',
      { at: 1_763_683_200_000, person: { phone: '5511' }, message: { id: '1', content: { body: '7' } } },
    ],
    [
      'strings for numbers',
      '{"id":"l","type":"location","location":{"latitude":"-1.5","longitude":"2"}}',
      { message: { content: { latitude: -1.5, longitude: 2 } } },
    ],
    ['a time beyond a double', '{"id":"e","timestamp":1e400,"type":"text","text":{"body":"x"}}', { at: null }],
    [
      'a coordinate beyond a double',
      '{"id":"e","type":"location","location":{"latitude":1e400,"longitude":0}}',
      { message: { content: { type: 'unknown' } } },
    ],
    [
      'an id above 2^53',
      '{"id":12345678901234567890,"type":"text","text":{"body":"x"}}',
      { message: { id: '12345678901234567890' } },
    ],
    [
      'an id of 100,000 characters',
      `{"id":"${'x'.repeat(100_000)}","type":"text","text":{"body":"x"}}`,
      { kind: 'message.received' },
    ],
    ['null', 'null', { kind: 'unknown' }],
    ['nothing in it', '{}', { kind: 'unknown', reason: 'message without id' }],
  ])('with %s is one event and leaves its neighbour alone', (_name, element, expected) => {
    const events = deliver(element);
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject(expected);
    expect(events[1]).toMatchObject({ id: 'm:meta:106:wamid.GOOD', message: { content: { body: 'still here' } } });
    for (const event of events)
      expect(`${event.id} ${event.lane}`.split(' ').every((key) => SAFE.test(key))).toBe(true);
    expect(Object.prototype).not.toHaveProperty('admin');
  });
});

describe('a hostile delivery', () => {
  test.each<[string, string]>([
    ['100,000 levels', deep],
    ['10^5 keys', manyKeys],
    ['a million numbers', `[${'0,'.repeat(1_000_000)}0]`],
    [
      'a million messages that are none',
      `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messages":[${'0,'.repeat(1_000_000)}0]}}]}]}`,
    ],
    [
      '10^5 unknown lists',
      `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{${Array.from({ length: 100_000 }, (_, i) => `"l${i}":[0]`).join()}}}]}]}`,
    ],
    ['10^5 entries', `{"object":"whatsapp_business_account","entry":[${'{},'.repeat(100_000)}{}]}`],
    ['a byte order mark and nothing else', '\ufeff'],
  ])('of %s is read in linear time into a bounded number of events', (_name, text) => {
    const startedAt = performance.now();
    const events = splitDelivery(Buffer.from(text), { provider: 'meta' });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(events.length).toBeGreaterThan(0);
    expect(events.length).toBeLessThanOrEqual(1_001);
  });

  test('counts the unreadable elements past the thousandth in one event', () => {
    const value = `{"messages":[${'0,'.repeat(1_500)}${neighbour}]}`;
    const text = `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":${value}}]}]}`;
    const events = splitDelivery(Buffer.from(text), { provider: 'meta' });
    expect(events.filter((event) => event.kind === 'message.received')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      kind: 'unknown',
      pointer: '',
      reason: '500 more elements could not be read',
    });
  });

  test.each<[string, string, string]>([
    ['HTML', '<html>502</html>', 'not JSON'],
    ['nothing', '', 'empty'],
    ['a raw NUL', '{"object":"\0"}', 'not JSON'],
  ])('of %s is one unreadable event that never quotes it', (_name, text, reason) => {
    const [event, ...rest] = splitDelivery(Buffer.from(text), { provider: 'meta' });
    expect(rest).toEqual([]);
    expect(event).toMatchObject({ kind: 'unreadable', reason, pointer: '', channel: null });
  });
});
