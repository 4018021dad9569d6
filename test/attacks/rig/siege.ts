/** One running Wharf with a remembering Meta beside it, shared by the attacks of a file. */
import { join } from 'node:path';
import { openSite, type Site } from '../../support/site.ts';
import { until } from '../../support/until.ts';
import { type Environment, ROOT, toTail, type Wharf } from '../../support/wharf.ts';
import { listTables, readBooks, type Books } from './books.ts';
import { sign } from './deliveries.ts';
import { type RecordingGraph, startRecordingGraph } from './graph.ts';
import { ACCOUNT, NUMBER, SECRETS } from './secrets.ts';

/** What an attacker may read off an answer. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Siege {
  readonly site: Site;
  readonly graph: RecordingGraph;
  readonly wharf: Wharf;
  readonly url: string;
  rows: Site['rows'];
  ask(path: string, init?: RequestInit): Promise<Answered>;
  /** With the API key, JSON in both directions. */
  api(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  /** A delivery to Meta's webhook; signed unless headers are given. */
  deliver(body: string | Uint8Array, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  /** The same one after the other, which must be answered 200; resolves when all that came of them is done. */
  receive(...bodies: readonly (string | Uint8Array)[]): Promise<void>;
  /** Resolves when everything stored is handled and nothing waits to be sent. */
  settled(): Promise<void>;
  /** Stops Wharf in order and starts it with this added to its environment. */
  restart(env?: Environment): Promise<void>;
  books(): Promise<Books>;
}

export interface Besieged extends Siege {
  /** What the processes wrote from `mark` on. */
  output(mark?: number): string;
  raise(): Promise<void>;
}

const REACTIONS = join(ROOT, 'test/attacks/fixtures/reactions.ts');

/** Short leases: their owners say more often how far they are. */
const toEnvironment = (graph: RecordingGraph): Environment => ({
  WHATSAPP_GRAPH_URL: graph.url,
  WHATSAPP_APP_SECRET: `${SECRETS.appSecret},${SECRETS.oldAppSecret}`,
  WHATSAPP_VERIFY_TOKEN: SECRETS.verifyToken,
  WHATSAPP_ACCESS_TOKEN: SECRETS.accessToken,
  WHATSAPP_PHONE_NUMBER_ID: NUMBER,
  WHATSAPP_BUSINESS_ACCOUNT_ID: ACCOUNT,
  WHARF_API_KEY: SECRETS.apiKey,
  WHARF_REACTIONS: REACTIONS,
  WHARF_LEASE_SECONDS: '3',
});

const BUSY = `select 'journal' as what from leases where name like 'shard/%' having min(cursor) < journal_horizon()
  union all select 'reactions' from reaction_tasks
  union all select 'outbox ' || state from outbox
    where due_at < now() + interval '1 minute' and state <> 'ambiguous' and (wakes_at is null or wakes_at < now() + interval '1 minute')
  union all select 'media' from media where state = 'referenced' and attempts = 0`;

const isQuiet = async (site: Site): Promise<boolean> => (await site.rows(BUSY)).length === 0;

/** At its start Wharf asks Meta about its number and templates. */
const STARTED = `select 1 from channels where learned ? 'lookedAt' and look_at > now() + interval '10 minutes' or provider <> 'meta'
  union all select 1 from template_accounts where synced_at is null`;

async function untilStarted(site: Site, hasMeta: boolean): Promise<void> {
  if (hasMeta) await until('Meta was asked about the number', async () => (await site.rows(STARTED)).length === 1);
  await until('nothing is under way', () => isQuiet(site));
}

export async function besiege(env: Environment = {}): Promise<Besieged> {
  const graph = await startRecordingGraph();
  const whole = { ...toEnvironment(graph), ...env };
  const started: Wharf[] = [];
  const site = await openSite(whole, started);
  const hasMeta = whole['WHATSAPP_APP_SECRET'] !== '';
  let wharf = await site.start();
  await untilStarted(site, hasMeta);
  const tables = await listTables(site);

  async function ask(path: string, init: RequestInit = {}): Promise<Answered> {
    const answer = await fetch(site.url + path, { redirect: 'manual', ...init });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }
  const settled = () => until('everything is handled', () => isQuiet(site), { everyMs: 60 }).then(() => undefined);
  const deliver: Siege['deliver'] = (body, headers) => {
    const bytes = Buffer.from(body);
    const signed = headers ?? { 'content-type': 'application/json', 'x-hub-signature-256': sign(bytes) };
    return ask('/webhooks/whatsapp', { method: 'POST', headers: signed, body: bytes });
  };

  return {
    site,
    graph,
    get wharf() {
      return wharf;
    },
    url: site.url,
    rows: site.rows,
    ask,
    api: (method, path, body, headers = {}) =>
      ask(path, {
        method,
        headers: {
          authorization: `Bearer ${SECRETS.apiKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    deliver,
    async receive(...bodies) {
      for (const body of bodies) {
        const { status, text } = await deliver(body);
        if (status !== 200) throw new Error(`A signed delivery was answered ${status}: ${text}`);
      }
      await settled();
    },
    settled,
    async restart(more = {}) {
      await wharf.stop();
      wharf = await site.start(more);
      await untilStarted(site, hasMeta);
    },
    books: () => readBooks(site, tables),
    output: (mark = 0) =>
      started
        .map((one) => one.output())
        .join('')
        .slice(mark),
    async raise() {
      const code = wharf.hasEnded ? null : await wharf.stop();
      await site[Symbol.asyncDispose]();
      await graph[Symbol.asyncDispose]();
      if (code !== 0) throw new Error(`Wharf did not stop in order: ${code}\n${toTail(wharf.output())}`);
    },
  };
}
