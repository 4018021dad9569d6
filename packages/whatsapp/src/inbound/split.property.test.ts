import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Provider, SplitOptions, WhatsAppEvent } from '../events.ts';
import { type ParsedJson, parseJson } from './json.ts';
import { INTERACTIVE_TYPES, MESSAGE_TYPES, WEBHOOK_FIELDS } from './meta/vocabulary.ts';
import { READER_FAULT } from './output.ts';
import { splitDelivery } from './split.ts';
import { WHAPI_KEYS, WHAPI_MESSAGE_TYPES } from './whapi/vocabulary.ts';

const SAFE = /^[A-Za-z0-9._:+/=@-]{1,200}$/;
const root = fileURLToPath(new URL('../../fixtures/', import.meta.url));

/** RFC 6901; undefined when it leads nowhere. */
function resolve(document: unknown, pointer: string): unknown {
  if (pointer === '') return document;
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, step) => {
      const isOpen = typeof at === 'object' && at !== null && Object.hasOwn(at, step);
      return isOpen ? (at as { [key: string]: unknown })[step] : undefined;
    }, document);
}

/** What is wrong with a split that must be right whatever the bytes were; empty when all is well. */
function findFaults(body: Uint8Array, options: SplitOptions): string[] {
  const events = splitDelivery(body, options);
  const parsed = parseJson(body);
  const faults = events.flatMap((event) => faultsOf(event, parsed));
  if (events.length === 0) faults.push('no event');
  if (!isDeepStrictEqual(splitDelivery(body, options), events)) faults.push('another split, other events');
  return faults;
}

function faultsOf(event: WhatsAppEvent, parsed: ParsedJson): string[] {
  const faults: string[] = [];
  if (!SAFE.test(event.id)) faults.push(`id ${event.id}`);
  if (!SAFE.test(event.lane)) faults.push(`lane ${event.lane}`);
  if (event.kind === 'unknown' && event.reason === READER_FAULT) faults.push(`fault of a reader at ${event.pointer}`);
  if (parsed.ok !== (event.kind !== 'unreadable'))
    faults.push(`${event.kind} for what can${parsed.ok ? '' : 'not'} be read`);
  if (parsed.ok && resolve(parsed.value, event.pointer) === undefined) faults.push(`pointer ${event.pointer}`);
  return faults;
}

const providers = fc.constantFrom<Provider>('meta', 'whapi');
const toBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value) ?? 'null');

/** Words that open doors in the readers; random keys alone would never get past the envelope. */
const words = fc.constantFrom(
  ...new Set([...WEBHOOK_FIELDS, ...MESSAGE_TYPES, ...INTERACTIVE_TYPES, ...WHAPI_KEYS, ...WHAPI_MESSAGE_TYPES]),
  ...'id from to type event status timestamp body chat_id metadata value errors group_id threads user_id'.split(' '),
  ...'recipient_id after_update target context change __proto__ constructor toString a/b~c 0'.split(' '),
);
const leaves = fc.oneof(
  words,
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof({ maxDepth: 5 }, leaves, fc.array(tie('json'), { maxLength: 4 }), tie('object')),
  object: fc.dictionary(fc.oneof(words, fc.string()), tie('json'), { maxKeys: 6 }),
}));

const metaDocument = fc
  .record({ field: fc.constantFrom(...WEBHOOK_FIELDS), value: fc.dictionary(words, json, { maxKeys: 6 }) })
  .map((change) => ({ object: 'whatsapp_business_account', entry: [{ id: '1', changes: [change] }] }));

const message = fc
  .record({ id: leaves, type: fc.constantFrom(...MESSAGE_TYPES, ...WHAPI_MESSAGE_TYPES) })
  .chain((head) =>
    fc.tuple(fc.constant(head), json, json).map(([head, body, context]) => ({ ...head, [head.type]: body, context })),
  );

describe('splitDelivery, over anything', () => {
  test.each<[string, fc.Arbitrary<unknown>]>([
    ['arbitrary JSON', fc.jsonValue()],
    ['JSON of Meta’s and Whapi’s words', json],
    ['arbitrary values in Meta’s envelope', metaDocument],
    ['arbitrary objects under Whapi’s keys', fc.dictionary(fc.constantFrom(...WHAPI_KEYS), json)],
    ['arbitrary bodies of every message type', fc.array(message).map((messages) => wrap(messages))],
    ['arbitrary Whapi messages', fc.array(message).map((messages) => ({ messages }))],
  ])('%s: never throws, never nothing, pointers resolve, ids are safe', (_name, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, providers, (document, provider) => {
        expect(findFaults(toBytes(document), { provider, channel: 'c' })).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), providers, (bytes, provider) => {
        expect(findFaults(bytes, { provider })).toEqual([]);
      }),
    );
  });

  test('fixtures with bytes altered', () => {
    const bodies = globSync('{meta,whapi}/**/*.json', { cwd: root }).map((file) => readFileSync(root + file));
    const edits = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...bodies), edits, providers, (body, changes, provider) => {
        const altered = Buffer.from(body);
        for (const { at, byte } of changes) altered[at % altered.length] = byte;
        expect(findFaults(altered, { provider })).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test.each(globSync('{meta,whapi}/**/*.json', { cwd: root }))('%s with each of its values changed in turn', (file) => {
    const provider = file.startsWith('whapi') ? 'whapi' : 'meta';
    const document = JSON.parse(readFileSync(root + file, 'utf8')) as object;
    const faults = placesOf(document).flatMap(({ holder, key }) => {
      const { [key]: before } = holder;
      const found = REPLACEMENTS.flatMap((by) => {
        if (by === undefined) delete holder[key];
        else holder[key] = by;
        return findFaults(toBytes(document), { provider });
      });
      holder[key] = before;
      return found;
    });
    expect(faults).toEqual([]);
  });
});

/** One of each kind of wrong; undefined takes the value out. */
const REPLACEMENTS = [undefined, null, 7, '', [[]], { id: {} }];

interface Place {
  readonly holder: { [key: string]: unknown };
  readonly key: string;
}

function placesOf(document: object): Place[] {
  const places: Place[] = [];
  const open: object[] = [document];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    for (const [key, value] of Object.entries(holder)) {
      places.push({ holder: holder as Place['holder'], key });
      if (typeof value === 'object' && value !== null) open.push(value);
    }
  }
  return places;
}

function wrap(messages: readonly unknown[]): object {
  const value = { metadata: { phone_number_id: '106' }, messages };
  return { object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field: 'messages', value }] }] };
}

describe('one bad element', () => {
  const toText = (index: number) => ({
    id: `wamid.${index}`,
    from: `55119${index}`,
    type: 'text',
    text: { body: `${index}` },
  });

  test('changes no event of the others in a list of messages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), json, (length, position, bad) => {
        const messages: unknown[] = Array.from({ length }, (_, index) => toText(index));
        const before = splitDelivery(toBytes(wrap(messages)), { provider: 'meta' });
        const at = position % length;
        messages[at] = bad;
        const after = splitDelivery(toBytes(wrap(messages)), { provider: 'meta' });
        expect(after.length).toBe(length);
        expect(after.toSpliced(at, 1)).toEqual(before.toSpliced(at, 1));
      }),
    );
  });

  test('changes no event of the other fixtures in one delivery', () => {
    const entries = globSync('meta/**/*.json', { cwd: root })
      .map((file) => JSON.parse(readFileSync(root + file, 'utf8')) as { object: string; entry: unknown[] })
      .flatMap((document) => (document.object === 'whatsapp_business_account' ? document.entry : []));
    const toBody = (list: readonly unknown[]) => toBytes({ object: 'whatsapp_business_account', entry: list });
    const before = splitDelivery(toBody(entries), { provider: 'meta' });
    fc.assert(
      fc.property(fc.nat(entries.length - 1), json, (at, bad) => {
        const after = splitDelivery(toBody(entries.with(at, bad)), { provider: 'meta' });
        const isElsewhere = (event: WhatsAppEvent) => !`${event.pointer}/`.startsWith(`/entry/${at}/`);
        expect(after.filter(isElsewhere)).toEqual(before.filter(isElsewhere));
        expect(after.some((event) => !isElsewhere(event))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
