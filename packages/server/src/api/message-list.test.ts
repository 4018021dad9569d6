import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeId } from '#kit';
import { AUTH, CHANNEL, makeRig, type Rig, toMessageRow } from './fixtures/rig.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR_MS = 3_600_000;
const ids: Record<string, string> = {};
let rig: Rig;

async function put(name: string, hoursAgo: number, more: Record<string, unknown> = {}): Promise<void> {
  const at = NOW - hoursAgo * HOUR_MS;
  const id = makeId('msg', at);
  ids[name] = id;
  await rig.insert(
    'messages',
    toMessageRow({ id, at: new Date(at), direction: 'out', origin: 'api', state: 'sent', ...more }),
  );
}

beforeAll(async () => {
  rig = await makeRig();
  await rig.insert('channels', CHANNEL);
  await put('old', 24 * 8);
  await put('failed', 5, { state: 'failed', contact_id: 'con_2' });
  await put('inbound', 4, { direction: 'in', origin: 'customer', state: 'received', conversation_id: 'cnv_2' });
  await put('image', 3, { type: 'image', channel_id: 'chn_2' });
  await put('waiting', 2, { state: 'queued', origin: 'handler' });
  await put('foreign', 1, { workspace_id: 'other' });
  await rig.query(
    `insert into outbox (id, workspace_id, channel_id, lane, kind, class, address, payload, state) values ($1, 'main', 'chn_1', 'a', 'message', 0, '{}', '{}', 'ambiguous')`,
    [ids['waiting']],
  );
});
afterAll(() => rig.close());

const nameOf = (id: string) => Object.keys(ids).find((name) => ids[name] === id);
async function list(query: string) {
  const response = await rig.app.inject({ url: `/api/v1/messages?${query}`, headers: AUTH });
  const { data, next } = response.json();
  return { names: data.map((one: { id: string }) => nameOf(one.id)), next };
}

describe('messages', () => {
  test.each<[string, string, string[]]>([
    ['of the last seven days, newest first', '', ['waiting', 'image', 'inbound', 'failed']],
    ['of a longer time', 'since=2026-11-01T00:00:00Z', ['waiting', 'image', 'inbound', 'failed', 'old']],
    ['of a span', 'since=2026-11-21T07:30:00Z&until=2026-11-21T09:30:00%2B00:00', ['image', 'inbound']],
    ['that failed', 'state=failed', ['failed']],
    ['that are where the outbox says', 'state=ambiguous', ['waiting']],
    ['that came in', 'direction=in', ['inbound']],
    ['of one channel', 'channelId=chn_2', ['image']],
    ['of one person', 'contactId=con_2', ['failed']],
    ['of one conversation', 'conversationId=cnv_2', ['inbound']],
    ['of a handler', 'origin=handler', ['waiting']],
    ['of a type', 'type=image&direction=out', ['image']],
    ['of which there are none', 'type=image&direction=in', []],
  ])('%s', async (_name, query, names) => {
    expect(await list(query)).toEqual({ names, next: null });
  });

  test('come page by page', async () => {
    const first = await list('limit=3');
    expect(first.names).toEqual(['waiting', 'image', 'inbound']);
    expect(await list(`limit=3&after=${first.next}`)).toEqual({ names: ['failed'], next: null });
    expect(await list(`limit=3&after=${first.next}&until=2026-11-21T09:30:00Z`)).toEqual({
      names: ['failed'],
      next: null,
    });
  });

  test('of one conversation come page by page, within the span and the filters', async () => {
    for (const [name, hoursAgo] of [
      ['one', 6],
      ['two', 5],
      ['three', 4],
      ['four', 1],
    ] as const)
      await put(name, hoursAgo, { conversation_id: 'cnv_9' });
    await put('elsewhere', 5, { conversation_id: 'cnv_9', workspace_id: 'other' });
    const query = 'conversationId=cnv_9&state=sent';
    const names = [];
    for (let after = ''; ; ) {
      const page = await list(`${query}&limit=1${after}`);
      names.push(...page.names);
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(names).toEqual(['four', 'three', 'two', 'one']);
    expect((await list(`${query}&until=2026-11-21T11:00:00Z&since=2026-11-21T06:30:00Z`)).names).toHaveLength(2);
    expect((await list(`${query}&direction=in`)).names).toEqual([]);
  });

  test('of one conversation go on where the last page ended, also when its last message is one with another since', async () => {
    for (const [name, hoursAgo] of [
      ['first', 6],
      ['second', 5],
      ['echo', 4],
      ['latest', 1],
    ] as const)
      await put(name, hoursAgo, { conversation_id: 'cnv_8' });
    const first = await list('conversationId=cnv_8&limit=2');
    expect(first.names).toEqual(['latest', 'echo']);
    await rig.query('delete from messages where id = $1', [ids['echo']]);
    expect(await list(`conversationId=cnv_8&limit=2&after=${first.next}`)).toEqual({
      names: ['second', 'first'],
      next: null,
    });
  });

  test.each(['state=lost', 'since=yesterday', 'colour=red'])('are not filtered by %s', async (query) => {
    const response = await rig.app.inject({ url: `/api/v1/messages?${query}`, headers: AUTH });
    expect(response.json()).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});
