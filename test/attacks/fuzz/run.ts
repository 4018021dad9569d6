/**
 * `npm run fuzz -- --minutes 10 --seed 7`: half of the time bodies, guided by which blocks of the parser ran; half of it
 * requests and bytes at a running Wharf, guided by how they were answered. What is new joins the corpus.
 */
import { parseArgs } from 'node:util';
import { makeChance, toSeed } from '../../support/chance.ts';
import { toText } from '../rig/deliveries.ts';
import { MARK } from '../rig/secrets.ts';
import { type Besieged, besiege } from '../rig/siege.ts';
import { type ApiDocument, type ApiRequest, makeRequest, sendRequest } from './api.ts';
import { keep, readCorpus, type Target } from './corpus.ts';
import { watchCoverage } from './coverage.ts';
import { HTTP_SEEDS, makeRaw, type RawRequest, sendRaw } from './http.ts';
import { listIds } from './ids.ts';
import type { Chance } from './mutate.ts';
import { type Body, judgeBody, makeBody, readSeeds } from './splitter.ts';

interface Tally {
  tried: number;
  kept: number;
  readonly faults: string[];
}

/** Larger ones say nothing that smaller ones do not, and the corpus is read by every run. */
const MAX_KEPT = 4_000;

function note(
  tally: Tally,
  target: Target,
  { faults, input, isNew }: { faults: readonly string[]; input: unknown; isNew: boolean },
): void {
  tally.tried++;
  const isFault = faults.length > 0;
  if (isFault) {
    tally.faults.push(`${target}: ${faults.join('; ')}\n  ${JSON.stringify(input).slice(0, 2_000)}`);
    console.log(tally.faults.at(-1));
  }
  if (!isFault && (!isNew || JSON.stringify(input).length > MAX_KEPT)) return;
  keep(target, input);
  tally.kept++;
}

async function fuzzSplitter(chance: Chance, untilMs: number): Promise<Tally & { blocks: number }> {
  const tally = { tried: 0, kept: 0, faults: [] as string[] };
  const known = [...readSeeds(), ...readCorpus<Body>('splitter')];
  const coverage = await watchCoverage('/packages/whatsapp/src/inbound');
  for (const body of known) judgeBody(body);
  await coverage.countNew();
  const before = coverage.size;
  while (performance.now() < untilMs && tally.faults.length < 20) {
    const input = makeBody(known, chance);
    const faults = judgeBody(input);
    const isNew = (await coverage.countNew()) > 0;
    if (isNew) known.push(input);
    note(tally, 'splitter', { faults, input, isNew });
  }
  return { ...tally, blocks: coverage.size - before };
}

async function fuzzApi(siege: Besieged, chance: Chance, untilMs: number): Promise<Tally> {
  const tally: Tally = { tried: 0, kept: 0, faults: [] };
  const document = JSON.parse((await siege.ask('/api/v1/openapi.json')).text) as ApiDocument;
  const seen = new Set<string>();
  for (const request of readCorpus<ApiRequest>('api')) seen.add((await sendRequest(siege, request)).signature);
  while (performance.now() < untilMs && tally.faults.length < 20) {
    const ids = await listIds(siege);
    for (let n = 0; n < 200 && performance.now() < untilMs; n++) {
      const input = makeRequest(document, ids, chance);
      const { signature, faults } = await sendRequest(siege, input);
      note(tally, 'api', { faults, input, isNew: !seen.has(signature) });
      seen.add(signature);
    }
  }
  return tally;
}

async function fuzzHttp(siege: Besieged, chance: Chance, untilMs: number): Promise<Tally> {
  const tally: Tally = { tried: 0, kept: 0, faults: [] };
  const known: RawRequest[] = [...HTTP_SEEDS, ...readCorpus<RawRequest>('http')];
  const seen = new Set<string>();
  for (const raw of known) seen.add((await sendRaw(siege.url, raw)).signature);
  while (performance.now() < untilMs && tally.faults.length < 20) {
    const inputs = Array.from({ length: 16 }, () => makeRaw(known, chance));
    const answers = await Promise.all(inputs.map((input) => sendRaw(siege.url, input)));
    for (const [n, { signature, faults }] of answers.entries()) {
      const input = inputs[n] ?? '';
      note(tally, 'http', { faults, input, isNew: !seen.has(signature) });
      if (!seen.has(signature)) known.push(input);
      seen.add(signature);
    }
  }
  return tally;
}

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } });
const seed = values.seed === undefined ? toSeed() : Number(values.seed);
const ms = Number(values.minutes) * 60_000;
const startedAt = performance.now();
console.log(`Fuzzing for ${values.minutes} minutes from seed ${seed}.`);

const splitter = await fuzzSplitter(makeChance(seed), startedAt + ms / 2);
console.log(
  `splitter: ${splitter.tried} bodies, ${splitter.blocks} new blocks, ${splitter.kept} kept, ${splitter.faults.length} faults`,
);

const siege = await besiege();
await siege.receive(toText(`quiet ${MARK}`), toText(`crash: ${MARK}`));
const api = await fuzzApi(siege, makeChance(seed + 1), startedAt + ms * 0.8);
console.log(`api: ${api.tried} requests, ${api.kept} kept, ${api.faults.length} faults`);
const http = await fuzzHttp(siege, makeChance(seed + 2), startedAt + ms);
console.log(`http: ${http.tried} requests, ${http.kept} kept, ${http.faults.length} faults`);
await siege.raise();
process.exitCode = splitter.faults.length + api.faults.length + http.faults.length > 0 ? 1 : 0;
