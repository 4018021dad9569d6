import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { EventKind, Provider, WhatsAppEvent } from '../events.ts';
import { INTERACTIVE_TYPES, MESSAGE_TYPES, SYSTEM_TYPES, WEBHOOK_FIELDS } from './meta/vocabulary.ts';
import { splitDelivery } from './split.ts';
import { WHAPI_KEYS, WHAPI_MESSAGE_TYPES } from './whapi/vocabulary.ts';

/**
 * Cases are data: `fixtures/<provider>/….json` is a delivery, and the row of that name in `fixtures/expected/` the
 * events it must come to. Ids are pinned in full: one that changes makes every stored event arrive a second time.
 */
interface ExpectedEvent {
  readonly kind: EventKind;
  readonly id: string;
  readonly lane: string;
  readonly channel: string | null;
  readonly at: number | null;
  /** The keys worth reading; others may stand beside them. */
  readonly values: object;
}

const root = fileURLToPath(new URL('../../fixtures/', import.meta.url));

const rows = new Map(
  globSync('expected/*.json', { cwd: root }).flatMap((file) =>
    Object.entries(JSON.parse(readFileSync(root + file, 'utf8')) as { [name: string]: ExpectedEvent[] }),
  ),
);

const fixtures = globSync('{meta,whapi}/**/*.json', { cwd: root }).map((file) =>
  file.replaceAll('\\', '/').replace('.json', ''),
);

function split(name: string): WhatsAppEvent[] {
  const provider: Provider = name.startsWith('whapi/') ? 'whapi' : 'meta';
  return splitDelivery(readFileSync(`${root}${name}.json`), { provider, channel: 'PATH-1' });
}

describe('a fixture comes to its events', () => {
  test.each([...rows])('%s', (name, expected) => {
    const events = split(name);
    expect(events.map((event) => event.kind)).toEqual(expected.map((row) => row.kind));
    expected.forEach(({ values, ...base }, index) => {
      expect(events[index]).toMatchObject({ ...base, ...values });
    });
  });
});

describe('the fixtures are complete', () => {
  test('every fixture has a row and every row a fixture', () => {
    expect(fixtures.toSorted()).toEqual([...rows.keys()].toSorted());
  });

  test.each(WEBHOOK_FIELDS)('field %s is read as what it is', (field) => {
    const name = field === 'messages' ? 'meta/messages/text' : `meta/${field}`;
    expect(rows.get(name)?.map((row) => row.kind)).toSatisfy(isKnown);
  });

  const ofMessages = [
    ...MESSAGE_TYPES.filter((type) => type !== 'interactive' && type !== 'system'),
    ...INTERACTIVE_TYPES.map((type) => `interactive.${type}`),
    ...SYSTEM_TYPES.map((type) => `system.${type}`),
  ];
  test.each(ofMessages)('message type %s is read as what it is', (type) => {
    expect(rows.get(`meta/messages/${type}`)?.map((row) => row.kind)).toSatisfy(isKnown);
  });

  test.each(WHAPI_KEYS)('Whapi key %s is read as what it is', (key) => {
    const name = key === 'messages' ? 'whapi/messages/text' : `whapi/${key}`;
    expect(rows.get(name)?.map((row) => row.kind)).toSatisfy(isKnown);
  });

  test.each(WHAPI_MESSAGE_TYPES)('Whapi message type %s is read as what it is', (type) => {
    expect(rows.get(`whapi/messages/${type}`)?.map((row) => row.kind)).toSatisfy(isKnown);
  });
});

function isKnown(kinds: readonly EventKind[] | undefined): boolean {
  return kinds !== undefined && kinds.length > 0 && !kinds.includes('unknown') && !kinds.includes('unreadable');
}

describe('ids', () => {
  const meta = fixtures.filter((name) => name.startsWith('meta/') && !name.startsWith('meta/envelope/'));

  test('are the same when the same happenings arrive together in one delivery', () => {
    const alone = meta.flatMap((name) => split(name).map((event) => event.id));
    const entry = meta.toReversed().flatMap((name) => {
      // Numbers above 2^53 must reach the joined text untouched, so the entries are cut out as text.
      const text = readFileSync(`${root}${name}.json`, 'utf8');
      return text.slice(text.indexOf('['), text.lastIndexOf(']') + 1).slice(1, -1);
    });
    const body = Buffer.from(`{"object":"whatsapp_business_account","entry":[${entry.join()}]}`);
    const together = splitDelivery(body, { provider: 'meta' }).map((event) => event.id);
    expect(together.toSorted()).toEqual(alone.toSorted());
  });

  test('of a status do not depend on the contacts that happen to stand beside it', () => {
    const status = { id: 'wamid.1', status: 'read', timestamp: '1763683205', recipient_id: '5511999990000' };
    const contacts = [{ wa_id: '5511999990000', user_id: 'BR.7431902' }];
    const ids = [{ statuses: [status] }, { statuses: [status], contacts }].map((value) => idsOf(value));
    expect(ids[0]).toEqual(ids[1]);
  });

  test('of the same message to two numbers differ', () => {
    const messages = [{ id: 'wamid.1', from: '1', type: 'text', text: { body: 'x' } }];
    const [a, b] = ['1', '2'].map((id) => idsOf({ metadata: { phone_number_id: id }, messages }));
    expect(a).not.toEqual(b);
  });

  test('of a timeless Whapi state tell deliveries apart once their time is given', () => {
    const body = Buffer.from(JSON.stringify({ presences: [{ contact_id: '1@lid', status: 'typing' }] }));
    const at = (receivedAt?: number) =>
      splitDelivery(body, { provider: 'whapi', channel: 'c', ...(receivedAt === undefined ? {} : { receivedAt }) })[0]
        ?.id;
    expect(at(1)).not.toBe(at(2));
    expect(at(1)).toBe(at(1));
    expect(at()).toBe(at());
  });
});

function idsOf(value: object): string[] {
  const document = {
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes: [{ field: 'messages', value }] }],
  };
  return splitDelivery(Buffer.from(JSON.stringify(document)), { provider: 'meta' }).map((event) => event.id);
}
