import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeChance, toSeed } from '../support/chance.ts';
import { type ApiDocument, type ApiRequest, makeRequest, sendRequest } from './fuzz/api.ts';
import { readCorpus } from './fuzz/corpus.ts';
import { HTTP_SEEDS, makeRaw, type RawRequest, sendRaw } from './fuzz/http.ts';
import { listIds } from './fuzz/ids.ts';
import { type Body, judgeBody, makeBody, readSeeds } from './fuzz/splitter.ts';
import { findLeaks, findUnbooked } from './rig/books.ts';
import { toText } from './rig/deliveries.ts';
import { MARK } from './rig/secrets.ts';
import { type Besieged, besiege } from './rig/siege.ts';

// What was found is replayed every time, and some new inputs are tried. `npm run fuzz` looks for more.

const SEED = toSeed();
console.log(`Fuzzing from seed ${SEED}; WHARF_TEST_SEED=${SEED} repeats it.`);

const NEW = { bodies: 3_000, requests: 300, raw: 150 };

test('no webhook body, kept or new, makes the splitter throw, forget, differ, linger, swell or harm a neighbour', () => {
  const known = [...readSeeds(), ...readCorpus<Body>('splitter')];
  expect(known.length).toBeGreaterThan(100);
  const chance = makeChance(SEED);
  const fresh = Array.from({ length: NEW.bodies }, () => makeBody(known, chance));
  for (const body of [...known, ...fresh]) expect([judgeBody(body), body]).toEqual([[], body]);
});

let siege: Besieged;
beforeAll(async () => {
  siege = await besiege();
  await siege.receive(toText(`quiet ${MARK}`));
});
afterAll(() => siege.raise());

test('no bytes at the front door, kept or new, are answered with 5xx, stored, or left standing', async () => {
  const known = [...HTTP_SEEDS, ...readCorpus<RawRequest>('http')];
  const chance = makeChance(SEED);
  const before = await siege.books();
  const said = siege.output().length;
  for (const raw of [...known, ...Array.from({ length: NEW.raw }, () => makeRaw(known, chance))]) {
    const { faults } = await sendRaw(siege.url, raw);
    expect([faults, raw]).toEqual([[], raw]);
  }
  expect(findUnbooked(before, await siege.books(), { channels: 0 })).toEqual([]);
  expect(findLeaks(siege.output(said), [])).toEqual([]);
  expect((await siege.deliver(toText(`quiet ${MARK}`))).status).toBe(200);
}, 120_000);

/** Of what requests can add; what senders do meanwhile is not theirs. */
async function countRows(): Promise<Record<string, number>> {
  const tables = ['messages', 'contacts', 'conversations', 'templates', 'media', 'consent_log', 'settings', 'channels'];
  const books = await siege.books();
  return Object.fromEntries(tables.map((table) => [table, books.get(table)?.rows ?? -1]));
}

test('no request to the API, kept or new, is answered with 5xx, in other words than registered, or stores on a refusal', async () => {
  const document = JSON.parse((await siege.ask('/api/v1/openapi.json')).text) as ApiDocument;
  const ids = await listIds(siege);
  const chance = makeChance(SEED);
  const fresh = Array.from({ length: NEW.requests }, () => makeRequest(document, ids, chance));
  const said = siege.output().length;
  const refused: ApiRequest[] = [];
  for (const request of [...readCorpus<ApiRequest>('api'), ...fresh]) {
    const { status, faults } = await sendRequest(siege, request);
    expect([faults, request]).toEqual([[], request]);
    if (status >= 400) refused.push(request);
  }
  expect(refused.length).toBeGreaterThan(NEW.requests / 4);
  // Sent again all together: what is refused anew has added no row. (Rows that wait at a paused channel may change.)
  const before = await countRows();
  const again = await Promise.all(refused.map((request) => sendRequest(siege, request)));
  const taken = again.filter(({ status }) => status < 400).length;
  const after = await countRows();
  expect(taken === 0 ? after : before).toEqual(before);
  expect(findLeaks(siege.output(said), EXPECTED)).toEqual([]);
}, 120_000);

/** Of messages that were taken: what became of them at Meta, or of files that do not exist. */
const EXPECTED = ['templates.synced', 'media.missed', 'channel.resumed', 'outbox.channel_paused'];
