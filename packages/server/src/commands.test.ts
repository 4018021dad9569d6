import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { storeTasks, settleResults } from '#reactions';
import { cancel, discard, edit, replay, retry } from './commands.ts';
import { openSubmit, type SubmitRig, text } from './fixtures/submit.ts';
import { deliver, toMessages } from './fixtures/workers.ts';
import { claimNew, readHorizon, readNext } from './journal/store.ts';
import type { Store } from './kit/fixtures/rig.ts';
import { AT, CHANNEL } from './ledger/fixtures/ledger.ts';
import { task } from './reactions/fixtures/tasks.ts';
import { expandSegment } from './read-events.ts';
import type { SubmitOptions } from './submit.ts';
import type { SubmitRequest } from './submit-request.ts';

let rig: SubmitRig;
let store: Store;
let options: SubmitOptions;
beforeAll(async () => {
  rig = await openSubmit();
  ({ store, options } = rig);
});
afterAll(() => rig.store.close());
beforeEach(() => rig.clear());

/** The events of all that is stored. */
const readRows = async () => {
  const upTo = await readHorizon(store.db);
  return (await readNext(store.db, { after: 0, upTo, limit: 100, maxBytes: 1 << 30 })).flatMap(expandSegment);
};
const count = (table: string) => rig.count(table);

async function queued(more: Partial<SubmitRequest> = {}): Promise<{ workspaceId: string; id: string }> {
  return { workspaceId: 'main', id: await rig.idOf(more) };
}
const inOneHour = () => new Date(rig.clock.now() + 3_600_000).toISOString();
const message = async ({ id }: { id: string }) =>
  (await store.rows('select state, reason, body, preview, type, send_at from messages where id = $1', [id]))[0];
const claim = ({ id }: { id: string }) => store.rows(`update outbox set state = 'sending' where id = $1`, [id]);
const away = { workspaceId: 'other', id: 'msg_9' };
const notFound = { ok: false, problem: { status: 404, code: 'not_found' } };

describe('a message that waits', () => {
  test.each([undefined, 'later'])('can be taken back (%s)', async (when) => {
    const key = await queued(when ? { sendAt: inOneHour() } : {});
    expect(await cancel(options, key)).toEqual({ ok: true });
    expect([await message(key), await count('outbox')]).toMatchObject([{ state: 'cancelled' }, 0]);
    expect(await cancel(options, key)).toMatchObject({
      ok: false,
      problem: { status: 409, code: 'message_not_waiting', detail: expect.stringContaining('cancelled') },
    });
  });

  test('can say something else, also of another type', async () => {
    const key = await queued();
    const sticker = { type: 'sticker', sticker: { id: '9' } };
    expect(await edit(options, { ...key, message: sticker })).toEqual({ ok: true });
    expect(await message(key)).toMatchObject({ state: 'queued', type: 'sticker', body: sticker, preview: 'sticker' });
    expect(await store.rows('select payload from outbox')).toEqual([{ payload: sticker }]);
    expect(rig.woken).toEqual([CHANNEL, CHANNEL]);
  });

  test('can go at another time; its life moves along', async () => {
    const key = await queued({ ttlSeconds: 60 });
    const sendAt = inOneHour();
    expect(await edit(options, { ...key, sendAt })).toEqual({ ok: true });
    expect(await message(key)).toMatchObject({ state: 'scheduled', send_at: new Date(sendAt) });
    expect(await store.rows('select state, expires_at - due_at as life from outbox')).toMatchObject([
      { state: 'scheduled', life: { minutes: 1 } },
    ]);
    expect(await edit(options, { ...key, sendAt: new Date(rig.clock.now()).toISOString() })).toEqual({ ok: true });
    expect([await message(key), await store.rows('select state from outbox')]).toMatchObject([
      { state: 'queued' },
      [{ state: 'queued' }],
    ]);
  });

  test('moved to a time without an offset, it goes then where the person is: by their zone, else by their number', async () => {
    const key = await queued({ ttlSeconds: 60 });
    const sentAt = async () => (await message(key))?.['send_at'];
    expect(await edit(options, { ...key, sendAt: '2026-12-01T09:00' })).toEqual({ ok: true });
    expect(await sentAt()).toEqual(new Date('2026-12-01T08:00:00Z'));
    await store.rows(`update contacts set time_zone = 'Asia/Tokyo'`);
    expect(await edit(options, { ...key, sendAt: '2026-12-01T09:00:30' })).toEqual({ ok: true });
    expect(await sentAt()).toEqual(new Date('2026-12-01T00:00:30Z'));
    expect(await store.rows('select state, expires_at - due_at as life from outbox')).toMatchObject([
      { state: 'scheduled', life: { minutes: 1 } },
    ]);
  });

  test.each<[string, object, string, RegExp]>([
    ['no such local day', {}, '2026-02-30T09:00', /local date/],
    ['a local time in the past', {}, '2020-01-01T09:00', /in the past/],
    ['a local time more than a year ahead', {}, '2030-01-01T09:00', /more than a year/],
    [
      'a local time of somebody nobody knows where',
      { to: undefined, recipient: 'X1.99' },
      '2026-12-01T09:00',
      /not known where/,
    ],
  ])('does not move to %s', async (_name, who, sendAt, words) => {
    const key = await queued(who);
    expect(await edit(options, { ...key, sendAt })).toMatchObject({
      ok: false,
      problem: { status: 422, errors: [{ field: 'sendAt', message: expect.stringMatching(words) }] },
    });
    expect(await message(key)).toMatchObject({ state: 'queued', send_at: null });
  });

  test('is not changed into what could not have been submitted: files and the recipient are looked at as there', async () => {
    const key = await queued();
    const problem = { field: 'message.image.link', message: 'leads to a private address' };
    const asked: unknown[] = [];
    const strict = { ...options, checkMedia: async (one: unknown) => (asked.push(one), [problem]) };
    const image = { type: 'image', image: { link: 'https://files.example/a.png' } };
    expect(await edit(strict, { ...key, message: image })).toMatchObject({ ok: false, problem: { errors: [problem] } });
    expect(asked).toMatchObject([{ request: { workspaceId: 'main' }, message: image }]);
    const pin = { type: 'pin', pin: { type: 'pin', message_id: 'wamid.1', expiration_days: 7 } };
    expect(await edit(options, { ...key, message: pin })).toMatchObject({ ok: false, problem: { status: 422 } });
    expect(await message(key)).toMatchObject({ state: 'queued', preview: 'hi' });
  });

  test.each<[string, object, string]>([
    ['a message WhatsApp would refuse', { message: text('') }, 'message.text.body'],
    ['a time that is none', { sendAt: 'soon' }, 'sendAt'],
  ])('is not changed by %s', async (_name, change, field) => {
    const key = await queued();
    expect(await edit(options, { ...key, ...change })).toMatchObject({ ok: false, problem: { errors: [{ field }] } });
    expect(await message(key)).toMatchObject({ state: 'queued', preview: 'hi' });
  });

  test('is left alone once it is claimed: it may be on the wire', async () => {
    const key = await queued();
    await claim(key);
    const late = { ok: false, problem: { status: 409, code: 'message_not_waiting' } };
    expect(await cancel(options, key)).toMatchObject(late);
    expect(await edit(options, { ...key, message: text('other') })).toMatchObject(late);
    expect(await message(key)).toMatchObject({ preview: 'hi' });
  });

  test('of another workspace does not exist (I10)', async () => {
    const { id } = await queued();
    for (const key of [away, { workspaceId: 'other', id }]) {
      expect(await cancel(options, key)).toMatchObject(notFound);
      expect(await edit(options, { ...key, message: text('x') })).toMatchObject(notFound);
      expect(await retry(options, key)).toMatchObject(notFound);
    }
  });
});

describe('a message that came to a bad end', () => {
  test.each(['failed', 'blocked', 'expired', 'cancelled'])(
    '(%s) goes once more, as a new one, and only once',
    async (state) => {
      const key = await queued({ priority: 'campaign', callbackData: 'mine' });
      await store.rows('delete from outbox');
      await store.rows(`update messages set state = $1, whatsapp_id = 'wamid.1'`, [state]);
      const answer = await retry(options, key);
      expect(answer).toMatchObject({ ok: true, replayed: false });
      expect(await retry(options, key)).toEqual({ ok: true, id: answer.ok && answer.id, replayed: true, judged: null });
      expect(
        await store.rows(
          'select retry_of, class, callback_data, preview, state from messages where retry_of is not null',
        ),
      ).toEqual([{ retry_of: key.id, class: 2, callback_data: 'mine', preview: 'hi', state: 'queued' }]);
      expect(await message(key)).toMatchObject({ state });
    },
  );

  test.each(['queued', 'accepted', 'sent', 'delivered', 'ambiguous'])('is not one that is %s', async (state) => {
    const key = await queued();
    await store.rows('update messages set state = $1', [state]);
    expect(await retry(options, key)).toMatchObject({
      ok: false,
      problem: { status: 409, code: 'message_not_ended', detail: expect.stringContaining(state) },
    });
    expect(await count('messages')).toBe(1);
  });
});

describe('quarantine', () => {
  async function quarantined() {
    const one = task({ attempts: 4 });
    await storeTasks(store.db, [one]);
    const error = { reason: 'Error: x', stack: null };
    const failed = {
      task: one,
      outcome: 'quarantine',
      intents: [],
      notes: [],
      tookMs: 1,
      error,
      notBefore: null,
    } as const;
    await store.db.transaction((tx) => settleResults(tx, [failed], AT));
    const [entry] = await store.rows<{ id: string }>('select id from quarantine');
    return entry?.id ?? '';
  }

  test('replay of a reaction puts its task back, once', async () => {
    const id = await quarantined();
    expect([await replay(options, id), await replay(options, id), await discard(options, id)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await store.rows('select attempts from reaction_tasks')).toEqual([{ attempts: 0 }]);
    expect(await store.rows('select state from quarantine')).toEqual([{ state: 'replayed' }]);
  });

  test('replay of an event that could not be folded puts it at the end of the journal, new again, and no other of its delivery', async () => {
    await deliver(store.db, rig.clock, [
      toMessages([
        { from: '491', text: 'a' },
        { from: '492', text: 'b' },
      ]),
    ]);
    const [, row] = await claimNew(store.db, await readRows());
    await store.rows(
      `insert into quarantine (id, workspace_id, position, event_id, kind, stage, reason, attempts)
       select 'qua_1', 'main', position, event_id, kind, 'fold', 'x', 1 from events where position = $1`,
      [row?.position ?? 0],
    );
    expect([await replay(options, 'qua_1'), await replay(options, 'qua_1')]).toEqual([true, false]);
    const [, , again, ...more] = await readRows();
    expect([again?.eventId, again?.event, more]).toEqual([row?.eventId, row?.event, []]);
    expect(again?.receivedAt).toEqual(new Date(rig.clock.now()));
    expect(await claimNew(store.db, again ? [again] : [])).toEqual([again]);
  });

  test('discard lets it go, and keeps it visible', async () => {
    const id = await quarantined();
    expect([await discard(options, id), await discard(options, id), await replay(options, id)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await store.rows('select state from quarantine')).toEqual([{ state: 'discarded' }]);
    expect(await count('reaction_tasks')).toBe(0);
  });

  test('what is not there cannot be replayed or discarded', async () => {
    expect([await replay(options, 'qua_9'), await discard(options, 'qua_9')]).toEqual([false, false]);
  });
});
