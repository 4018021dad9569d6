import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MediaRef, Person } from '@wharf/whatsapp';
import {
  AT,
  CHANNEL,
  edit,
  emoji,
  history,
  type Ledger,
  message,
  next,
  openLedger,
  revoke,
  status,
  toFoldable,
} from './fixtures/ledger.ts';
import { lockTargets } from './targets.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

const someone = (): Person => ({ bsuid: `DE.${next()}`, phone: `4917${next()}`, name: 'Mia' });

interface Talk {
  readonly last_inbound_at: Date | null;
  readonly last_message_at: Date | null;
  readonly owner: string;
  readonly owner_epoch: number;
  readonly address: object;
  readonly last: string | null;
}
const talkOf = (person: Person) =>
  ledger.one<Talk>(
    `select v.*, m.preview as last from conversations v join identities i on i.contact_id = v.contact_id left join messages m on m.id = v.last_message_id
     where i.kind = 'bsuid' and i.value = $1`,
    [person.bsuid ?? ''],
  );

describe('a message that came in', () => {
  test('becomes a row with its words, time and sender, and opens a conversation', async () => {
    const mia = someone();
    const event = message(mia, 'hello', { context: { messageId: 'wamid.before' } });
    const item = toFoldable(event);
    const { folded } = await ledger.fold(item);
    const [view] = folded;
    expect(await ledger.one('select * from messages where whatsapp_id = $1', [event.message.id])).toMatchObject({
      id: view?.messageId,
      conversation_id: view?.conversation?.id,
      contact_id: view?.contactId,
      direction: 'in',
      origin: 'customer',
      type: 'text',
      body: { type: 'text', body: 'hello' },
      preview: 'hello',
      quoted_id: 'wamid.before',
      state: 'received',
      rank: 0,
      at: new Date(AT),
      position: item.position,
    });
    expect(view?.conversation).toMatchObject({ channelId: CHANNEL, owner: 'bot', ownerEpoch: 0, lastInboundAt: AT });
    expect(await talkOf(mia)).toMatchObject({
      address: { to: mia.phone },
      owner: 'bot',
      owner_epoch: 0,
      last: 'hello',
    });
  });

  test('again under another event id is no second row', async () => {
    const event = message(someone(), 'once');
    await ledger.fold(event);
    await ledger.fold({ ...event, id: 'other' });
    await ledger.fold(event, { ...event, id: 'third' });
    expect(await ledger.rows('select from messages where whatsapp_id = $1', [event.message.id])).toHaveLength(1);
  });

  test('without a time of its own stands where it arrived', async () => {
    const item = toFoldable({ ...message(someone(), 'when?'), at: null });
    const { folded } = await ledger.fold(item);
    expect(await ledger.one('select at from messages where id = $1', [folded[0]?.messageId ?? ''])).toEqual({
      at: new Date(AT + 500),
    });
  });

  test('of nobody, or of an account, leaves no trace', async () => {
    const { folded } = await ledger.fold(
      message({}, 'who?'),
      toFoldable(message(someone(), 'where?'), { channelId: null }),
    );
    expect(folded[0]).toEqual({ contactId: null, conversation: null, messageId: null });
    expect(folded[1]).toMatchObject({ conversation: null, messageId: null });
  });

  test('of one person on two channels are two conversations of one contact', async () => {
    const mia = someone();
    const { folded } = await ledger.fold(message(mia, 'a'), toFoldable(message(mia, 'b'), { channelId: 'chn_2' }));
    expect(folded[0]?.contactId).toBe(folded[1]?.contactId);
    expect(folded[0]?.conversation?.id).not.toBe(folded[1]?.conversation?.id);
  });
});

describe('where an answer goes', () => {
  const targetsOf = (...ids: (string | null)[]) => ledger.db.transaction((tx) => lockTargets(tx, ids));

  test.each<[string, Person, object]>([
    ['the phone, when the wire gave one', { bsuid: 'DE.11', phone: '4911' }, { to: '4911' }],
    ['the BSUID, when it gave no phone', { bsuid: 'DE.12' }, { recipient: 'DE.12' }],
    ['the chat id, when Whapi hides both', { lid: '77@lid' }, { to: '77@lid' }],
  ])('%s', async (_name, person, address) => {
    const { folded } = await ledger.fold(message(person, 'hi'));
    const id = folded[0]?.conversation?.id ?? '';
    expect((await targetsOf(id, null, 'cnv_unknown')).get(id)).toMatchObject({
      id,
      workspaceId: 'main',
      channelId: CHANNEL,
      address,
    });
  });

  test("a group, when it was written there; the writer is the message's contact", async () => {
    const mia = someone();
    const { folded } = await ledger.fold(message(mia, 'to all', { groupId: 'g9' }), message(mia, 'to you'));
    const [inGroup, alone] = folded;
    expect(inGroup?.contactId).toBe(alone?.contactId);
    expect(inGroup?.conversation?.contactId).not.toBe(alone?.conversation?.contactId);
    expect(
      await ledger.one('select kind from contacts where id = $1', [inGroup?.conversation?.contactId ?? '']),
    ).toEqual({ kind: 'group' });
    const targets = await targetsOf(inGroup?.conversation?.id ?? null);
    expect([...targets.values()].map((target) => target.address)).toEqual([{ to: 'g9', group: true }]);
  });

  test('nobody asked for: nothing is read', async () => {
    expect(await targetsOf(null)).toEqual(new Map());
  });
});

describe("a conversation's times are the provider's", () => {
  test('an old message that comes late is a row, but moves neither window, order nor address', async () => {
    const mia = someone();
    await ledger.fold(message(mia, 'new', { at: AT }));
    await ledger.fold(message({ bsuid: mia.bsuid ?? '' }, 'old', { at: AT - 3_600_000 }));
    expect(await talkOf(mia)).toMatchObject({
      last: 'new',
      last_inbound_at: new Date(AT),
      last_message_at: new Date(AT),
      address: { to: mia.phone },
    });
  });

  test('also when both come in one batch, in either order', async () => {
    const [a, b] = [someone(), someone()];
    await ledger.fold(
      message(a, 'new', { at: AT }),
      message(a, 'old', { at: AT - 1 }),
      message(b, 'old', { at: AT - 1 }),
      message(b, 'new', { at: AT }),
    );
    expect((await talkOf(a)).last).toBe('new');
    expect((await talkOf(b)).last).toBe('new');
  });

  test('an echo of the phone app is a message of ours: it moves the order, not the window', async () => {
    const mia = someone();
    await ledger.fold(message(mia, 'question', { at: AT }));
    const echo = message(mia, 'answered by hand', { kind: 'message.echo', at: AT + 1000 });
    await ledger.fold(echo);
    expect(await talkOf(mia)).toMatchObject({
      last: 'answered by hand',
      last_inbound_at: new Date(AT),
      last_message_at: new Date(AT + 1000),
    });
    expect(
      await ledger.one('select direction, origin, state, rank from messages where whatsapp_id = $1', [echo.message.id]),
    ).toEqual({
      direction: 'out',
      origin: 'phone_app',
      state: 'accepted',
      rank: 1,
    });
  });

  test('history opens no window, from whichever side', async () => {
    const mia = someone();
    const [theirs, ours] = [
      history(mia, 'years ago', { fromBusiness: false, at: AT - 9 }),
      history(mia, 'yes', { fromBusiness: true, at: AT - 8 }),
    ];
    await ledger.fold(theirs, ours);
    expect(await talkOf(mia)).toMatchObject({ last: 'yes', last_inbound_at: null });
    expect(
      await ledger.rows('select direction, origin from messages where whatsapp_id = any($1) order by at', [
        [theirs.message.id, ours.message.id],
      ]),
    ).toEqual([
      { direction: 'in', origin: 'history' },
      { direction: 'out', origin: 'history' },
    ]);
  });

  test('a message that another app of the business answered is told apart', async () => {
    const mia = someone();
    const [seen, echo] = [
      message(mia, 'hi', { kind: 'standby.message' }),
      message(mia, 'ho', { kind: 'standby.echo' }),
    ];
    await ledger.fold(seen, echo);
    expect(
      await ledger.rows('select origin from messages where whatsapp_id = any($1) order by origin', [
        [seen.message.id, echo.message.id],
      ]),
    ).toEqual([{ origin: 'customer' }, { origin: 'other_app' }]);
    expect((await talkOf(mia)).last_inbound_at).toEqual(new Date(AT));
  });

  test('emojis, edits and revokes have a conversation, and move nothing of it', async () => {
    const mia = someone();
    const event = message(mia, 'hi', { at: AT });
    await ledger.fold(event);
    const later = { at: AT + 60_000 };
    const { folded } = await ledger.fold(
      emoji(mia, event.message.id, '👍', later),
      edit(mia, event.message.id, 'ho', later),
      revoke(mia, event.message.id, later),
    );
    expect(new Set(folded.map((one) => one.conversation?.id)).size).toBe(1);
    expect(folded[0]?.conversation?.id).toBeTypeOf('string');
    expect(await talkOf(mia)).toMatchObject({
      last_inbound_at: new Date(AT),
      last_message_at: new Date(AT),
      last: 'ho',
    });
  });

  test('the view says who owns the conversation, at which epoch', async () => {
    const mia = someone();
    await ledger.fold(message(mia, 'hi'));
    await ledger.rows(`update conversations set owner = 'person', owner_epoch = 4 where lane = $1`, [mia.bsuid ?? '']);
    const { folded } = await ledger.fold(message(mia, 'still there?'));
    expect(folded[0]?.conversation).toMatchObject({ owner: 'person', ownerEpoch: 4 });
  });

  test('a status belongs to no conversation of a reaction', async () => {
    const { folded } = await ledger.fold(status('wamid.of.nobody', 'sent'));
    expect(folded).toEqual([{ contactId: null, conversation: null, messageId: null }]);
    await ledger.rows('delete from parked');
  });
});

describe('media', () => {
  const photo: MediaRef = {
    kind: 'image',
    id: '900719925474099312',
    mimeType: 'image/jpeg',
    sha256: 'ab',
    caption: 'cat\u0000',
    sizeBytes: 5_000_000_000,
  };
  const refsOf = (whatsappId: string) =>
    ledger.rows(
      'select d.provider_id, d.kind, d.mime_type, d.size_bytes, d.state, d.url, d.filename from media d join messages m on m.id = d.message_id where m.whatsapp_id = $1',
      [whatsappId],
    );

  test('are referenced, not fetched', async () => {
    const event = message(someone(), { type: 'media', media: photo });
    await ledger.fold(event);
    expect(await refsOf(event.message.id)).toEqual([
      {
        provider_id: photo.id,
        kind: 'image',
        mime_type: 'image/jpeg',
        size_bytes: 5_000_000_000,
        state: 'referenced',
        url: null,
        filename: null,
      },
    ]);
    expect(await ledger.one('select type, preview from messages where whatsapp_id = $1', [event.message.id])).toEqual({
      type: 'image',
      preview: 'Photo: cat\ufffd',
    });
  });

  test('of a message delivered twice are referenced once', async () => {
    const event = message(someone(), { type: 'media', media: photo });
    await ledger.fold(event, { ...event, id: 'twin' });
    await ledger.fold({ ...event, id: 'triplet' });
    expect(await refsOf(event.message.id)).toHaveLength(1);
  });

  test('of a large batch, with odd names and long links, all find their place', async () => {
    const events = Array.from({ length: 400 }, (_, n) =>
      message(
        { bsuid: 'DE.album' },
        { type: 'media', media: { ...photo, url: `https://x/${'y'.repeat(900)}${n}`, filename: '\ud800' } },
      ),
    );
    await ledger.fold(...events);
    expect(
      await ledger.rows('select from media where message_id in (select id from messages where whatsapp_id = any($1))', [
        events.map((event) => event.message.id),
      ]),
    ).toHaveLength(400);
  });
});

describe('content nobody expects', () => {
  const deep: unknown = JSON.parse('{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000));
  const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n]));

  test.each<[string, unknown, object]>([
    [
      'NUL and half a pair in values and keys',
      { '\u0000k\ud800': ['\udc00', '\u0000'] },
      { raw: { '\ufffdk\ufffd': ['\ufffd', '\ufffd'] } },
    ],
    ['50,000 levels', deep, { name: 'unrepresentable' }],
    ['100,000 keys', wide, { name: 'unrepresentable' }],
    ['__proto__', JSON.parse('{"__proto__":{"x":1}}'), { raw: JSON.parse('{"__proto__":{"x":1}}') }],
  ])('%s does not keep its batch from being stored', async (_name, raw, stored) => {
    const [odd, plain] = [message(someone(), { type: 'unknown', name: 'new\u0000', raw }), message(someone(), 'hi')];
    await ledger.fold(odd, plain);
    expect(await ledger.one('select body from messages where whatsapp_id = $1', [odd.message.id])).toMatchObject({
      body: stored,
    });
    expect(await ledger.rows('select from messages where whatsapp_id = $1', [plain.message.id])).toHaveLength(1);
  });

  test('ids with NUL or half a pair are stored as far as they can be, and statuses still find them', async () => {
    const odd = message(someone(), 'hi', {
      id: `w\u0000\ud800${next()}`,
      kind: 'message.echo',
      context: { messageId: '\u0000' },
    });
    await ledger.fold(odd);
    await ledger.fold(status(odd.message.id, 'read'));
    expect(
      await ledger.one('select state, quoted_id from messages where whatsapp_id = $1', [
        odd.message.id.replace('\u0000', '\ufffd').toWellFormed(),
      ]),
    ).toEqual({ state: 'read', quoted_id: '\ufffd' });
  });
});
