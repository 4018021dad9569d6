import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeGate, WAITING } from '../kit/fixtures/rig.ts';
import { AT, CHANNEL, changed, edit, emoji, type Ledger, message, openLedger } from './fixtures/ledger.ts';
import { type Identity, resolveContacts, type Sighting } from './people.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());
beforeEach(async () => {
  for (const table of ['identities', 'contacts', 'contact_merges', 'conversations', 'messages'])
    await ledger.rows(`delete from ${table}`);
});

const BSUID: Identity = { kind: 'bsuid', value: 'DE.1' };
const PHONE: Identity = { kind: 'phone', value: '491700000001' };
const saw = (identities: readonly Identity[], more: Partial<Sighting> = {}): Sighting => ({
  workspaceId: 'main',
  eventId: 'e1',
  identities,
  name: null,
  ...more,
});
const resolve = (...sightings: Sighting[]) => ledger.db.transaction((tx) => resolveContacts(tx, sightings, AT));
const ownersOf = async () =>
  Object.fromEntries(
    (await ledger.rows<{ kind: string; value: string; contact_id: string }>('select * from identities')).map((row) => [
      `${row.kind} ${row.value}`,
      row.contact_id,
    ]),
  );
const contacts = () =>
  ledger.rows<{ id: string; name: string | null; merged_into: string | null }>(
    'select id, name, merged_into from contacts order by id',
  );
const dangling = () =>
  ledger.rows(
    'select i.* from identities i left join contacts c on c.id = i.contact_id where c.id is null or c.merged_into is not null',
  );

describe('recognising people', () => {
  test('the same identity is the same contact, in one batch and in the next', async () => {
    const [a, b] = await resolve(saw([BSUID]), saw([BSUID]));
    const [c] = await resolve(saw([BSUID]));
    expect([b, c]).toEqual([a, a]);
    expect(await contacts()).toHaveLength(1);
  });

  test('nobody is nobody', async () => {
    expect(await resolve(saw([]), saw([BSUID]), saw([]))).toEqual([null, expect.stringMatching(/^con_/), null]);
    expect(await resolve()).toEqual([]);
  });

  test('the name is the last one told, and a silent event does not take it away', async () => {
    await resolve(saw([BSUID], { name: 'Mia' }));
    await resolve(saw([BSUID], { name: 'Mia\u0000 B.' }), saw([BSUID]));
    expect(await contacts()).toMatchObject([{ name: 'Mia\ufffd B.' }]);
  });

  test('without a name there is none, not an empty one', async () => {
    await resolve(saw([PHONE]));
    expect(await contacts()).toMatchObject([{ name: null }]);
  });

  test('two workspaces that know the same person know nothing of each other (I10)', async () => {
    const [a, b] = await resolve(saw([PHONE]), saw([PHONE], { workspaceId: 'other' }));
    expect(a).not.toBe(b);
    expect(await resolve(saw([PHONE]), saw([PHONE], { workspaceId: 'other' }))).toEqual([a, b]);
  });

  test('a group is a contact of its own kind', async () => {
    await resolve(saw([{ kind: 'group', value: 'g1' }]), saw([BSUID]));
    expect(await ledger.rows('select kind from contacts order by kind')).toEqual([
      { kind: 'group' },
      { kind: 'person' },
    ]);
  });

  test('odd identities are stored as far as they can be, and recognised again', async () => {
    const event = message({ bsuid: 'DE.\u0000\ud800' }, 'hi');
    const first = await ledger.fold(event);
    const second = await ledger.fold(message({ bsuid: 'DE.\u0000\ud800' }, 'again'));
    expect(second.folded[0]?.contactId).toBe(first.folded[0]?.contactId);
  });
});

describe('joining two contacts', () => {
  test('a BSUID, a phone, then both at once: one contact, the elder, and a record of what moved', async () => {
    const [elder] = await resolve(saw([BSUID]));
    const [younger] = await resolve(saw([PHONE]));
    const ids = [elder ?? '', younger ?? ''].sort((a, b) => (a < b ? -1 : 1));
    const [both] = await resolve(saw([BSUID, PHONE], { eventId: 'e3' }));
    expect(both).toBe(ids[0]);
    expect(Object.values(await ownersOf())).toEqual([both, both]);
    const moved = ids[1] === elder ? BSUID : PHONE;
    expect(await ledger.rows('select kept, merged, identities, conversations, event_id from contact_merges')).toEqual([
      { kept: ids[0], merged: ids[1], identities: [moved], conversations: [], event_id: 'e3' },
    ]);
    expect(await contacts()).toMatchObject([{ merged_into: null }, { id: ids[1], merged_into: ids[0] }]);
  });

  test('the record holds all that is needed to undo it', async () => {
    await ledger.fold(message({ bsuid: 'DE.1' }, 'by name'));
    await ledger.fold(message({ phone: '491700000001' }, 'by phone'));
    const before = {
      owners: await ownersOf(),
      talks: await ledger.rows('select id, contact_id from conversations order by id'),
    };
    await ledger.fold(changed({ bsuid: 'DE.1' }, { phone: '491700000001' }));
    expect(await ownersOf()).not.toEqual(before.owners);
    await ledger.rows(
      `update identities i set contact_id = m.merged from contact_merges m, jsonb_to_recordset(m.identities) as x(kind text, value text) where i.kind = x.kind and i.value = x.value`,
    );
    await ledger.rows(
      `update conversations v set contact_id = m.merged from contact_merges m where v.id in (select jsonb_array_elements_text(m.conversations))`,
    );
    expect({
      owners: await ownersOf(),
      talks: await ledger.rows('select id, contact_id from conversations order by id'),
    }).toEqual(before);
  });

  test('all three sightings in one batch come to one contact, and no half of a person is left over', async () => {
    const ids = await resolve(saw([BSUID]), saw([PHONE]), saw([BSUID, PHONE]));
    expect(new Set(ids).size).toBe(1);
    expect(await contacts()).toHaveLength(1);
    expect(await ledger.rows('select from contact_merges')).toEqual([]);
  });

  test('a known and a new contact in one batch: the known one stays', async () => {
    const [known] = await resolve(saw([PHONE]));
    const ids = await resolve(saw([BSUID]), saw([BSUID, PHONE]));
    expect(ids).toEqual([known, known]);
    expect(await contacts()).toHaveLength(1);
  });

  test('replies go where the last message came from, not to an identity that was merged in', async () => {
    await ledger.fold(message({ bsuid: 'DE.1' }, 'by name', { at: AT }));
    await ledger.fold(message({ phone: '491700000001' }, 'by phone', { at: AT + 1 }));
    await ledger.fold(message({ bsuid: 'DE.1', phone: '491700000001' }, 'both', { at: AT + 2 }));
    const kept = await ledger.one<{ id: string }>('select id from contacts where merged_into is null');
    const talk = () => ledger.one('select address, lane from conversations where contact_id = $1', [kept.id]);
    expect(await talk()).toEqual({ address: { to: '491700000001' }, lane: 'DE.1' });
    await ledger.fold(message({ bsuid: 'DE.1' }, 'by name again', { at: AT + 3 }));
    expect(await talk()).toEqual({ address: { recipient: 'DE.1' }, lane: 'DE.1' });
    await ledger.fold(message({ phone: '491700000001' }, 'old, late', { at: AT - 9 }));
    expect(await talk()).toEqual({ address: { recipient: 'DE.1' }, lane: 'DE.1' });
  });

  test('the only conversation of a merged contact moves along; a second one on the channel stays readable where it is', async () => {
    await ledger.fold(message({ bsuid: 'DE.1' }, 'by name'));
    await ledger.fold(message({ phone: '491700000001' }, 'by phone'));
    await ledger.fold(changed({ phone: '491700000001' }, { bsuid: 'DE.1' }));
    expect(await ledger.rows('select from conversations where channel_id = $1', [CHANNEL])).toHaveLength(2);
    expect(
      await ledger.rows(
        'select from conversations v join contacts c on c.id = v.contact_id where c.merged_into is null',
      ),
    ).toHaveLength(1);
  });

  test('a parent BSUID makes no two people one', async () => {
    const { folded } = await ledger.fold(
      message({ bsuid: 'DE.1', parentBsuid: 'DE.ENT.7' }, 'a'),
      message({ bsuid: 'DE.2', parentBsuid: 'DE.ENT.7' }, 'b'),
    );
    expect(folded[0]?.contactId).not.toBe(folded[1]?.contactId);
  });
});

describe('a phone that changed hands', () => {
  test('goes to the new holder; the history of the old one stays with them', async () => {
    const [old] = await resolve(saw([BSUID, PHONE]));
    const other: Identity = { kind: 'bsuid', value: 'DE.2' };
    const [fresh] = await resolve(saw([other, PHONE]));
    expect(fresh).not.toBe(old);
    expect(await ownersOf()).toEqual({ 'bsuid DE.1': old, 'bsuid DE.2': fresh, 'phone 491700000001': fresh });
    expect(await ledger.rows('select from contact_merges')).toEqual([]);
  });

  test('also within one batch', async () => {
    const other: Identity = { kind: 'bsuid', value: 'DE.2' };
    const [old, fresh] = await resolve(saw([BSUID, PHONE]), saw([other, PHONE]));
    expect(fresh).not.toBe(old);
    expect(await ownersOf()).toEqual({ 'bsuid DE.1': old, 'bsuid DE.2': fresh, 'phone 491700000001': fresh });
  });

  test('but when the provider says that the person changed, it is one person', async () => {
    const { folded: before } = await ledger.fold(message({ bsuid: 'DE.1', phone: '491700000001' }, 'hi'));
    const { folded } = await ledger.fold(
      changed({ phone: '491700000001' }, { bsuid: 'DE.9', phone: '491700000009' }),
      message({ bsuid: 'DE.9' }, 'me again'),
    );
    expect(folded.map((one) => one.contactId)).toEqual([before[0]?.contactId, before[0]?.contactId]);
    expect(Object.keys(await ownersOf())).toHaveLength(4);
  });
});

describe('two transactions that meet the same person at once', () => {
  /** Runs `first`, and `second` as well before `first` commits; both results. */
  async function race(first: readonly Sighting[], second: readonly Sighting[]) {
    const [resolved, commit] = [makeGate(), makeGate()];
    const slow = ledger.db.transaction(async (tx) => {
      const ids = await resolveContacts(tx, first, AT);
      resolved.open();
      await commit.promise;
      return ids;
    });
    await resolved.promise;
    const fast = ledger.db.transaction((tx) => resolveContacts(tx, second, AT));
    await untilBlocked();
    commit.open();
    return Promise.all([slow, fast]);
  }

  async function untilBlocked(): Promise<void> {
    for (;;) {
      const rows = await ledger.rows(WAITING);
      if (rows.length > 0) return;
    }
  }

  test('make one contact', async () => {
    const [[a], [b]] = await race([saw([PHONE])], [saw([PHONE], { name: 'Mia' })]);
    expect(b).toBe(a);
    expect(await contacts()).toEqual([{ id: a, name: 'Mia', merged_into: null }]);
  });

  test('also when the second knows one identity more', async () => {
    const [[a], [b]] = await race([saw([PHONE])], [saw([BSUID, PHONE])]);
    expect(b).toBe(a);
    expect(await dangling()).toEqual([]);
    expect(await ownersOf()).toEqual({ 'bsuid DE.1': a, 'phone 491700000001': a });
    expect(await resolve(saw([BSUID]), saw([PHONE]))).toEqual([a, a]);
  });

  test('also when each knew the person by another name before', async () => {
    const [known] = await resolve(saw([BSUID]));
    const [[a], [b]] = await race([saw([PHONE])], [saw([BSUID, PHONE])]);
    expect(new Set([a, b, known]).size).toBe(2);
    expect(await dangling()).toEqual([]);
    expect(new Set(Object.values(await ownersOf())).size).toBe(1);
  });
});

describe('events that are not messages', () => {
  test('a status makes no contact, an emoji or an edit of a stranger does', async () => {
    const { folded } = await ledger.fold(
      emoji({ bsuid: 'DE.5' }, 'wamid.x', '👍'),
      edit({ bsuid: 'DE.6' }, 'wamid.y', 'z'),
    );
    expect(folded.every((one) => one.contactId !== null)).toBe(true);
    expect(await contacts()).toHaveLength(2);
    await ledger.rows('delete from parked');
  });
});
