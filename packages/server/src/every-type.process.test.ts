import { fileURLToPath } from 'node:url';
import type { LedgerArrival, PhonePerson } from '@wharf/emulator';
import { makeGraphClient, type OutgoingMessage, toGraphBody } from '@wharf/whatsapp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import { FILES } from './fixtures/every/files.ts';
import { type FileName, type Given, type Row, ROWS } from './fixtures/every/rows.ts';
import { makeTemplates, TEMPLATES } from './fixtures/every/templates.ts';
import { KEY, NUMBER, openWhole, TOKENS, type Whole } from './fixtures/whole.ts';

// Each outgoing type over each way there is: the API, a handler, Meta's own API. Everybody gets one message.
const WAYS = ['api', 'handler', 'graph'] as const;
type Way = (typeof WAYS)[number];

interface Case {
  readonly row: Row;
  readonly way: Way;
  readonly person: PhonePerson;
  wamid: string;
  answer: unknown;
}

const REACTIONS = fileURLToPath(new URL('fixtures/every/reactions.ts', import.meta.url));
const env = { WHARF_REACTIONS: REACTIONS, WHARF_CHECK_LINKS: 'off' };

let whole: Whole;
let files: Given['files'];
let cases: Case[] = [];

/** At Meta directly, and here, where the same bytes go to Meta with the first message. */
async function uploadFiles(): Promise<Given['files']> {
  const meta = makeGraphClient({ baseUrl: whole.emulator.url, accessToken: TOKENS.accessToken });
  const own = makeGraphClient({ baseUrl: `${whole.program.url}/graph`, accessToken: KEY });
  const pairs = Object.entries(FILES).map(async ([name, file]) => {
    const ids = await Promise.all([meta, own].map((client) => client.uploadMedia(NUMBER, file)));
    const [atMeta = '', stored = ''] = ids.map((one) => {
      if (one.kind !== 'ok') throw new Error(`${name}: ${JSON.stringify(one.error)}`);
      return one.value.id;
    });
    return [name, { meta: atMeta, own: stored }] as const;
  });
  return Object.fromEntries(await Promise.all(pairs)) as Record<FileName, { meta: string; own: string }>;
}

const recipientOf = ({ row, person }: Case) => (row.isBsuidOnly ? { recipient: person.bsuid } : { to: person.phone });
const givenOf = ({ wamid }: Pick<Case, 'wamid'>): Given => ({ wamid, files });

const post = (path: string, body: object): Promise<unknown> =>
  fetch(`${whole.program.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).then((response) => response.json());

async function send(one: Case): Promise<unknown> {
  if (one.way === 'handler') return null;
  const message = one.row.make(givenOf(one));
  if (one.way === 'api') return post('/api/v1/messages', { ...recipientOf(one), message });
  return post(`/graph/v26.0/${NUMBER}/messages`, toGraphBody(message, recipientOf(one)));
}

async function play(one: Case): Promise<void> {
  const opening = one.way === 'handler' ? `row ${ROWS.indexOf(one.row)} ${JSON.stringify(files)}` : 'hello';
  one.wamid = await whole.write(one.person, opening);
  one.answer = await send(one);
}

const arrivalsOf = ({ person }: Case): LedgerArrival[] =>
  whole.emulator.ledger().arrivals.filter((arrival) => arrival.personId === person.id);

beforeAll(async () => {
  whole = await openWhole({ env, prepare: makeTemplates, emulator: { reviewDelayMs: 0 } });
  files = await uploadFiles();
  await until(
    'the templates are read',
    async () => (await whole.store.rows("select from templates where status = 'APPROVED'")).length > TEMPLATES.length,
  );
  const toCase = (row: Row, way: Way): Case => {
    const person = whole.add(row.isBsuidOnly ? { identity: 'username_only' } : {});
    return { row, way, person, wamid: '', answer: null };
  };
  cases = ROWS.flatMap((row) => WAYS.map((way) => toCase(row, way)));
  await Promise.all(cases.map(play));
  // What does not come is told by its own test.
  await until('everything has arrived', () => cases.every((one) => arrivalsOf(one).length > 0), {
    withinMs: 8_000,
  }).catch(() => undefined);
  await until(
    'nothing waits',
    async () => (await whole.store.rows("select from outbox where kind = 'message'")).length === 0,
    { withinMs: 8_000 },
  ).catch(() => undefined);
});
afterAll(() => whole.close());

const ID_OF_META: unknown = expect.stringMatching(/^\d+$/);

/** Ids of stored files are Meta's by then. */
function toExpected(message: OutgoingMessage): object {
  const content = (message as unknown as Record<string, unknown>)[message.type];
  const text = JSON.stringify({ type: message.type, [message.type]: content });
  return JSON.parse(text, (key, value: unknown) =>
    key === 'id' && typeof value === 'string' && value.startsWith('med_') ? ID_OF_META : value,
  ) as object;
}

const why = async ({ person, answer }: Case) => ({
  answer,
  rows: await whole.store.rows(
    'select state, reason from messages m join identities i on i.contact_id = m.contact_id where m.direction = $1 and i.value = any($2::text[])',
    ['out', [person.phone, person.bsuid]],
  ),
});

describe.each(ROWS.map((row) => [row.name, row] as const))('%s', (_name, row) => {
  test.each(WAYS)('reaches the phone once by the %s', async (way) => {
    const one = cases.find((each) => each.row === row && each.way === way);
    if (!one) throw new Error('every row is sent over every way');
    const arrived = arrivalsOf(one);
    expect(arrived.length, JSON.stringify(await why(one))).toBe(1);
    expect(arrived[0]?.body).toMatchObject(toExpected(row.make(givenOf(one))));
  });
});

describe('All of them', () => {
  test('were taken by Meta once each, under our own ids', () => {
    const { sends, refusals } = whole.emulator.ledger();
    const ids = sends.map((one) => one.callbackData);
    expect(refusals).toEqual([]);
    expect(new Set(ids).size).toBe(cases.length);
    expect(ids).toHaveLength(cases.length);
  });

  test('quote what they quote, and go to a BSUID where there is no number', () => {
    const quoting = cases.filter(({ row }) => row.name === 'text that quotes');
    for (const one of quoting)
      expect(whole.emulator.inbox(one.person.id).map((message) => message.quotedId)).toEqual([one.wamid]);
    const nameless = cases.filter(({ row }) => row.isBsuidOnly);
    for (const { person } of nameless)
      expect(whole.emulator.ledger().sends.filter((one) => one.personId === person.id)).toMatchObject([
        { address: { by: 'bsuid' } },
      ]);
  });
});
