import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expireParked, joinParked, joinStrays } from './facts.ts';
import {
  AT,
  CHANNEL,
  edit,
  emoji,
  type Ledger,
  message,
  MIA,
  next,
  openLedger,
  revoke,
  status,
  toFoldable,
} from './fixtures/ledger.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

const statusRow = (id: string) =>
  ledger.one<{ state: string; rank: number; trail: { status: string; at: string }[] }>(
    `select state, rank, reason, error, pricing, sent_at, delivered_at, read_at, played_at, failed_at, revoked_at, trail from messages where id = $1`,
    [id],
  );

describe('emojis', () => {
  const faces = (target: string) =>
    ledger.rows(
      'select e.actor = $2 as ours, e.emoji from message_emojis e join messages m on m.id = e.message_id where m.whatsapp_id = $1 order by 1',
      [target, 'business'],
    );

  const onMessage = async () => {
    const event = message(MIA, 'react to me');
    await ledger.fold(event);
    return event.message.id;
  };

  test("the last of a person wins, by the provider's clock, in any order and in one batch or several", async () => {
    const list = [
      emoji(MIA, '', '👍', { at: AT }),
      emoji(MIA, '', '❤️', { at: AT + 2 }),
      emoji(MIA, '', '😮', { at: AT + 1 }),
    ];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(list, { minLength: 3 }), fc.boolean(), async (order, together) => {
        const target = await onMessage();
        const events = order.map((event) => ({ ...event, target }));
        if (together) await ledger.fold(...events);
        else for (const event of events) await ledger.fold(event);
        expect(await faces(target)).toEqual([{ ours: false, emoji: '❤️' }]);
      }),
      { numRuns: 10 },
    );
  });

  test('one taken back leaves a tombstone, so that an older one that comes late does not return', async () => {
    const target = await onMessage();
    await ledger.fold(emoji(MIA, target, '👍', { at: AT }));
    await ledger.fold(emoji(MIA, target, null, { at: AT + 2 }));
    await ledger.fold(emoji(MIA, target, '😡', { at: AT + 1 }));
    expect(await faces(target)).toEqual([{ ours: false, emoji: null }]);
  });

  test('of the customer and of the business stand side by side', async () => {
    const target = await onMessage();
    await ledger.fold(emoji(MIA, target, '👍'), emoji(MIA, target, '🙏', { direction: 'out' }));
    expect(await faces(target)).toEqual([
      { ours: false, emoji: '👍' },
      { ours: true, emoji: '🙏' },
    ]);
  });

  test('at the same instant, the later in the journal counts', async () => {
    const target = await onMessage();
    const [first, second] = [toFoldable(emoji(MIA, target, '1')), toFoldable(emoji(MIA, target, '2'))];
    await ledger.fold(second);
    await ledger.fold(first);
    expect(await faces(target)).toEqual([{ ours: false, emoji: '2' }]);
  });
});

describe('edits', () => {
  const textOf = (target: string) =>
    ledger.one('select body, preview, edited_at from messages where whatsapp_id = $1', [target]);
  const historyOf = async (target: string) =>
    (
      await ledger.rows<{ body: { body: string } }>(
        'select e.body from message_edits e join messages m on m.id = e.message_id where m.whatsapp_id = $1 order by e.position',
        [target],
      )
    ).map((row) => row.body.body);

  test('replace the words and keep what was there', async () => {
    const event = message(MIA, 'helo');
    await ledger.fold(event);
    await ledger.fold(edit(MIA, event.message.id, 'hello', { at: AT + 1 }));
    expect(await textOf(event.message.id)).toEqual({
      body: { type: 'text', body: 'hello' },
      preview: 'hello',
      edited_at: new Date(AT + 1),
    });
    expect(await historyOf(event.message.id)).toEqual(['helo']);
  });

  test('an older one that comes late does not undo a newer one, and its own words are kept', async () => {
    const event = message(MIA, 'one');
    await ledger.fold(event);
    await ledger.fold(edit(MIA, event.message.id, 'three', { at: AT + 2 }));
    await ledger.fold(edit(MIA, event.message.id, 'two', { at: AT + 1 }));
    expect(await textOf(event.message.id)).toMatchObject({ preview: 'three' });
    expect(await historyOf(event.message.id)).toEqual(['one', 'two']);
  });

  test('several in one batch: the last counts', async () => {
    const event = message(MIA, 'one');
    await ledger.fold(event);
    await ledger.fold(
      edit(MIA, event.message.id, 'three', { at: AT + 2 }),
      edit(MIA, event.message.id, 'two', { at: AT + 1 }),
    );
    expect(await textOf(event.message.id)).toMatchObject({ preview: 'three' });
  });

  test('to something too large or too deep for a row leave a note', async () => {
    const event = message(MIA, 'one');
    await ledger.fold(event);
    const raw: unknown = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000));
    await ledger.fold(edit(MIA, event.message.id, { type: 'unknown', name: 'maze', raw }, { at: AT + 1 }));
    expect(await textOf(event.message.id)).toMatchObject({
      body: { type: 'unknown', name: 'unrepresentable' },
      preview: 'Unknown message type maze',
    });
  });
});

describe('revokes', () => {
  test('mark the message with the earliest time and keep its words', async () => {
    const event = message(MIA, 'secret');
    await ledger.fold(event);
    await ledger.fold(revoke(MIA, event.message.id, { at: AT + 5 }), revoke(MIA, event.message.id, { at: AT + 9 }));
    await ledger.fold(revoke(MIA, event.message.id, { at: AT + 7 }));
    expect(
      await ledger.one('select revoked_at, preview from messages where whatsapp_id = $1', [event.message.id]),
    ).toEqual({
      revoked_at: new Date(AT + 5),
      preview: 'secret',
    });
  });
});

describe('the car park', () => {
  test('everything that came before its message is joined on arrival', async () => {
    const event = message(MIA, 'first version', { kind: 'message.echo' });
    const { id } = event.message;
    await ledger.fold(status(id, 'read'), emoji(MIA, id, '👍'), edit(MIA, id, 'second version'), revoke(MIA, id));
    expect(await ledger.rows('select from parked')).toHaveLength(4);
    await ledger.fold(event);
    expect(
      await ledger.one(
        'select state, preview, revoked_at is not null as revoked from messages where whatsapp_id = $1',
        [id],
      ),
    ).toEqual({
      state: 'read',
      preview: 'second version',
      revoked: true,
    });
    expect(
      await ledger.rows(
        'select emoji from message_emojis e join messages m on m.id = e.message_id where m.whatsapp_id = $1',
        [id],
      ),
    ).toEqual([{ emoji: '👍' }]);
    expect(await ledger.rows('select from parked')).toEqual([]);
  });

  test('an event and what is about it in one batch need no parking', async () => {
    const event = message(MIA, 'hi');
    const { folded } = await ledger.fold(emoji(MIA, event.message.id, '👍'), event);
    expect(folded[0]?.messageId).toBe(folded[1]?.messageId);
  });

  test('facts of the same id on another channel stay where they are', async () => {
    const event = message(MIA, 'hi', { kind: 'message.echo' });
    await ledger.fold(toFoldable(status(event.message.id, 'read'), { channelId: 'chn_2' }));
    await ledger.fold(event);
    expect(await ledger.one('select state from messages where whatsapp_id = $1', [event.message.id])).toEqual({
      state: 'accepted',
    });
    await ledger.rows('delete from parked');
  });

  test.each([
    { when: 'just now', age: '1 second' },
    { when: 'before an absence of all workers', age: '9 days' },
  ])(
    'a stray (parked while its message was being stored by another transaction) of $when is swept up',
    async ({ age }) => {
      const whatsappId = `wamid.${next()}`;
      const id = `msg_stray_${next()}`;
      const other = await ledger.connect();
      await other.query('begin');
      await other.query(
        `insert into messages (id, workspace_id, channel_id, direction, origin, type, preview, body, at, state, rank, whatsapp_id)
       values ($1, 'main', $2, 'out', 'api', 'text', '', '{}', now(), 'accepted', 1, $3)`,
        [id, CHANNEL, whatsappId],
      );
      await ledger.fold(status(whatsappId, 'delivered'));
      await ledger.db.transaction((tx) => joinParked(tx, [{ channelId: CHANNEL, whatsappId: 'wamid.other' }]));
      await other.query('commit');
      await ledger.rows(`update parked set parked_at = now() - interval '${age}'`);
      expect(await statusRow(id)).toMatchObject({ state: 'accepted' });
      const join = (seconds: number) => ledger.db.transaction((tx) => joinStrays(tx, seconds));
      expect([await join(0), await join(10 * 86_400)]).toEqual([0, 1]);
      expect(await statusRow(id)).toMatchObject({ state: 'delivered' });
      expect(await join(10 * 86_400)).toBe(0);
    },
  );

  test('what nothing claims is let go after its days, and no sooner', async () => {
    await ledger.fold(status('wamid.nobody', 'sent'), status('wamid.ancient', 'sent'));
    await ledger.rows(`update parked set parked_at = now() - interval '31 days' where target = 'wamid.ancient'`);
    expect(await expireParked(ledger.db, 30)).toBe(1);
    expect(await ledger.rows('select target from parked')).toEqual([{ target: 'wamid.nobody' }]);
    await ledger.rows('delete from parked');
  });
});
