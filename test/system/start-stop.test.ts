import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { API_KEY, isAlive, makeSite, type Site } from '../support/site.ts';
import { until } from '../support/until.ts';
import { readBanner, type Wharf } from '../support/wharf.ts';

const newcomer = { WHARF_API_KEY: API_KEY };

async function askApi<T>(wharf: Wharf, path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(`${wharf.url}/api/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

interface PhoneState {
  readonly people: { readonly id: string }[];
  readonly numbers: { readonly id: string }[];
  readonly messages: {
    readonly direction: 'in' | 'out';
    readonly body: { readonly text?: { readonly body: string } };
  }[];
}

const readPhone = async (wharf: Wharf): Promise<PhoneState> =>
  (await (await fetch(new URL('api/state', readBanner(wharf.output(), 'Phone') ?? ''))).json()) as PhoneState;

/** Writes as the first customer of the demo and waits for the answer. */
async function write(wharf: Wharf, text: string): Promise<string> {
  const { people, numbers, messages } = await readPhone(wharf);
  const send = { personId: people[0]?.id, numberId: numbers[0]?.id, body: { type: 'text', text: { body: text } } };
  const had = messages.filter((message) => message.direction === 'in').length;
  await fetch(new URL('api/messages', readBanner(wharf.output(), 'Phone') ?? ''), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(send),
  });
  const answer = await until(
    `"${text}" is answered`,
    async () => (await readPhone(wharf)).messages.filter((message) => message.direction === 'in')[had],
  );
  return answer.body.text?.body ?? '';
}

const countEvents = async (wharf: Wharf): Promise<number> =>
  (await askApi<{ data: unknown[] }>(wharf, '/events?kind=message.received')).data.length;

const isPostgresGone = (site: Site, pid: number | null): boolean =>
  pid !== null &&
  !isAlive(pid) &&
  site.postmaster() === null &&
  !existsSync(join(site.dataDir, 'postgres/postmaster.pid'));

test('a second start keeps all data, Ctrl-C stops everything, PostgreSQL last', async () => {
  await using site = await makeSite(newcomer);
  const first = await site.start({}, 'npm');
  expect(await write(first, 'hello')).toContain('price');
  const postmaster = site.postmaster();
  await first.stop('SIGINT');
  expect(first.output()).toMatch(/Ctrl-C: stopping/);
  expect(first.output()).not.toContain('stop.failed');
  expect(isPostgresGone(site, postmaster)).toBe(true);
  expect(readdirSync(site.dataDir)).not.toContain('wharf.lock');

  const second = await site.start({}, 'npm');
  expect(await countEvents(second)).toBe(1);
  expect((await readPhone(second)).messages).toHaveLength(2);
  expect(await write(second, 'price')).toContain('coffee');
  expect(await countEvents(second)).toBe(2);
  await second.stop('SIGINT');
});

test('a key that was configured is not printed: what is printed at a start ends up in logs', async () => {
  await using site = await makeSite(newcomer);
  const wharf = await site.start();
  expect(wharf.output()).toMatch(/Sign in\s+with the API key in WHARF_API_KEY/);
  expect(wharf.output()).not.toContain(API_KEY);
  expect(await wharf.stop()).toBe(0);
});

test('a killed process leaves nothing that blocks the next start', async () => {
  await using site = await makeSite({ ...newcomer, WHARF_LEASE_SECONDS: '2' });
  const first = await site.start();
  expect(await write(first, 'hello')).toContain('price');
  // The phone is in the killed process: what it has not reported by then it never will, and Wharf would wait for it.
  await until(
    'the answer is read',
    async () => (await site.rows(`select 1 from messages where state = 'read'`)).length > 0,
  );
  await first.kill();
  const second = await site.start();
  expect(await write(second, 'price')).toContain('coffee');
  expect(await countEvents(second)).toBe(2);
  expect(await second.stop('SIGINT')).toBe(0);
});

test('a second process on the same data is told who holds it, and the first goes on', async () => {
  await using site = await makeSite(newcomer);
  const first = await site.start();
  const { code, output } = await site.startInVain({ PORT: '0', INTERNAL_PORT: '0' });
  expect(code).toBe(1);
  expect(output).toContain(`Another Wharf (process ${first.pid}`);
  expect(output).toContain('WHARF_DATA_DIR');
  expect(await write(first, 'hello')).toContain('price');
  await first.stop();
});

test.each([
  ['PORT', { PORT: 'eighty' }, 'PORT must be a port number, for example 8080'],
  ['WHARF_API_KEY', { WHARF_API_KEY: 'short' }, 'WHARF_API_KEY must have at least 16 characters'],
  ['WHATSAPP_APP_SECRET', { WHATSAPP_ACCESS_TOKEN: 'token' }, 'WHATSAPP_APP_SECRET is missing'],
  [
    'WHARF_REACTIONS',
    { WHARF_REACTIONS: '/nowhere/reactions.ts' },
    'WHARF_REACTIONS: there is no file /nowhere/reactions.ts',
  ],
])('a wrong %s stops the start and says what to do', async (_, wrong, words) => {
  await using site = await makeSite(newcomer);
  const { code, output } = await site.startInVain(wrong);
  expect(code).toBe(1);
  expect(output).toContain(words);
  expect(site.postmaster()).toBeNull();
});

test('a port that is taken stops the start and says which', async () => {
  await using site = await makeSite(newcomer);
  await using other = await makeSite(newcomer);
  const first = await site.start();
  const { code, output } = await other.startInVain({ PORT: new URL(site.url).port });
  expect(code).toBe(1);
  expect(output).toContain(new URL(site.url).port);
  expect(other.postmaster()).toBeNull();
  await first.stop();
});
