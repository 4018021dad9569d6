import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '@wharf/whatsapp';
import { AT, history, type Ledger, message, next, openLedger } from './fixtures/ledger.ts';
import { expirePhoneApp, releaseConversation } from './owners.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

const someone = (): Person => ({ bsuid: `DE.${next()}`, name: 'Mia' });
const ownerOf = async (person: Person) => {
  const { owner, owner_epoch: epoch } = await ledger.one<{ owner: string; owner_epoch: number }>(
    `select v.owner, v.owner_epoch from conversations v join identities i on i.contact_id = v.contact_id where i.value = $1`,
    [person.bsuid ?? ''],
  );
  return [owner, epoch];
};
type Kind = 'message.received' | 'standby.message' | 'standby.echo' | 'message.echo';
const at = (person: Person, kind: Kind, seconds: number) =>
  message(person, `${seconds}`, { kind, at: AT + seconds * 1_000 });

describe('who has the thread', () => {
  test.each<[string, readonly [Kind, number][], [string, number]]>([
    ['we, when a message comes to us', [['message.received', 1]], ['bot', 0]],
    ['another app, when we only look on', [['standby.message', 1]], ['other_app', 0]],
    [
      'another app, from its first message on',
      [
        ['message.received', 1],
        ['standby.echo', 2],
      ],
      ['other_app', 1],
    ],
    [
      'we again, when a message comes to us again',
      [
        ['standby.message', 1],
        ['message.received', 2],
      ],
      ['bot', 1],
    ],
    [
      'not we, for what we wrote elsewhere',
      [
        ['standby.message', 1],
        ['message.echo', 2],
      ],
      ['other_app', 0],
    ],
    [
      'by the latest message, whatever comes first: theirs',
      [
        ['standby.message', 9],
        ['message.received', 1],
      ],
      ['other_app', 0],
    ],
    [
      'by the latest message, whatever comes first: ours',
      [
        ['message.received', 9],
        ['standby.message', 1],
      ],
      ['bot', 0],
    ],
  ])('%s', async (_name, events, owner) => {
    const mia = someone();
    for (const [kind, seconds] of events) await ledger.fold(at(mia, kind, seconds));
    expect(await ownerOf(mia)).toEqual(owner);
  });

  test('the same within one batch', async () => {
    const [mia, tom] = [someone(), someone()];
    await ledger.fold(at(mia, 'message.received', 1), at(tom, 'standby.message', 1));
    await ledger.fold(
      at(mia, 'message.received', 2),
      at(mia, 'standby.message', 3),
      at(tom, 'standby.echo', 2),
      at(tom, 'message.received', 3),
    );
    expect([await ownerOf(mia), await ownerOf(tom)]).toEqual([
      ['other_app', 1],
      ['bot', 1],
    ]);
  });

  test('a person keeps it while messages come to us, and history changes nothing', async () => {
    const mia = someone();
    await ledger.fold(at(mia, 'message.received', 1));
    await ledger.rows(`update conversations set owner = 'person'`);
    await ledger.fold(at(mia, 'message.received', 2), history(mia, 'old', { fromBusiness: false, at: AT + 9_000 }));
    expect(await ownerOf(mia)).toEqual(['person', 0]);
  });
});

describe('the app on the phone', () => {
  const HOUR_S = 3_600;
  const byHand = (person: Person, seconds: number) =>
    message(person, `${seconds}`, { byHand: true, at: AT + seconds * 1_000 });

  test('has the conversation from its first message on', async () => {
    const mia = someone();
    await ledger.fold(at(mia, 'message.received', -2));
    await ledger.fold(byHand(mia, -1));
    expect(await ownerOf(mia)).toEqual(['phone_app', 1]);
    await ledger.fold(at(mia, 'message.received', 0), byHand(mia, 0));
    expect(await ownerOf(mia)).toEqual(['phone_app', 1]);
  });

  test('has it also where it wrote first', async () => {
    const mia = someone();
    await ledger.fold(byHand(mia, -1));
    expect(await ownerOf(mia)).toEqual(['phone_app', 0]);
  });

  test('is not what an echo comes from of which nobody says that it was written by hand', async () => {
    const mia = someone();
    await ledger.fold(at(mia, 'message.received', -2), at(mia, 'message.echo', -1));
    expect(await ownerOf(mia)).toEqual(['bot', 0]);
  });

  test.each([
    ['a day of silence, less a second', -24 * HOUR_S + 1, 'phone_app'],
    ['a day of silence', -24 * HOUR_S, 'bot'],
    ['an echo that was told days late', -72 * HOUR_S, 'bot'],
  ])('%s: whose it is', async (_name, seconds, owner) => {
    const mia = someone();
    await ledger.fold(byHand(mia, seconds));
    await ledger.fold(at(mia, 'message.received', 0));
    expect((await ownerOf(mia))[0]).toBe(owner);
  });

  test('loses it after a day of silence, also when nobody writes', async () => {
    const [mia, tom] = [someone(), someone()];
    await ledger.rows(`update conversations set owner = 'bot'`);
    await ledger.fold(byHand(mia, -HOUR_S), byHand(tom, 0));
    expect(await expirePhoneApp(ledger.db, AT + 23 * HOUR_S * 1_000 - 1)).toBe(0);
    expect(await expirePhoneApp(ledger.db, AT + 23 * HOUR_S * 1_000)).toBe(1);
    expect([await ownerOf(mia), await ownerOf(tom)]).toEqual([
      ['bot', 1],
      ['phone_app', 0],
    ]);
  });

  test.each(['person', 'nobody'])('takes nothing from %s, and never from another app', async (owner) => {
    const [mia, tom] = [someone(), someone()];
    await ledger.fold(at(mia, 'message.received', -3), at(tom, 'standby.message', -3));
    await ledger.rows(`update conversations set owner = $1 where owner = 'bot'`, [owner]);
    await ledger.fold(byHand(mia, -1), byHand(tom, -1));
    expect([(await ownerOf(mia))[0], (await ownerOf(tom))[0]]).toEqual([owner, 'other_app']);
    await ledger.rows(`update conversations set owner = 'bot'`);
  });

  test('leaves it to whoever gave it back, until it writes again', async () => {
    const mia = someone();
    await ledger.fold(at(mia, 'message.received', -9), byHand(mia, -5));
    const { id } = await ledger.one<{ id: string }>(
      'select v.id from conversations v join identities i on i.contact_id = v.contact_id where i.value = $1',
      [mia.bsuid ?? ''],
    );
    const release = (workspaceId: string) => releaseConversation(ledger.db, { workspaceId, id, nowMs: AT - 3_000 });
    expect(await release('other')).toBeNull();
    expect(await release('main')).toBe('released');
    expect(await ownerOf(mia)).toEqual(['bot', 1]);
    await ledger.fold(byHand(mia, -4), at(mia, 'message.received', -2));
    expect(await ownerOf(mia)).toEqual(['bot', 1]);
    await ledger.fold(byHand(mia, -1));
    expect(await ownerOf(mia)).toEqual(['phone_app', 2]);
  });

  test('is found by the times alone, in whatever order and batches its messages arrive', async () => {
    const events = fc.array(
      fc.record({ seconds: fc.integer({ min: -30, max: 0 }).map((hours) => hours * HOUR_S), byHand: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    await fc.assert(
      fc.asyncProperty(events, fc.infiniteStream(fc.nat()), fc.nat({ max: 3 }), async (all, chance, cut) => {
        const told = [all, all.toSorted(() => (Number(chance.next().value) % 2 === 0 ? 1 : -1)), all.toReversed()];
        const owners = [];
        for (const order of told) {
          const mia = someone();
          const wires = order.map((one) =>
            one.byHand ? byHand(mia, one.seconds) : at(mia, 'message.received', one.seconds),
          );
          await ledger.fold(...wires.slice(0, cut));
          await ledger.fold(...wires.slice(cut));
          owners.push((await ownerOf(mia))[0]);
        }
        const isHeld = all.some((one) => one.byHand && one.seconds > -24 * HOUR_S);
        expect(owners).toEqual(told.map(() => (isHeld ? 'phone_app' : 'bot')));
      }),
      { numRuns: 40 },
    );
  });
});

describe('who came by an advertisement', () => {
  test('is known by the time of the last such message', async () => {
    const mia = someone();
    const referral = { sourceType: 'ad' };
    const by = (seconds: number, more: object = {}) =>
      message(mia, `${seconds}`, { at: AT + seconds * 1_000, ...more });
    const entryOf = () =>
      ledger.one(
        `select v.entry_at from conversations v join identities i on i.contact_id = v.contact_id where i.value = $1`,
        [mia.bsuid ?? ''],
      );
    await ledger.fold(by(1));
    expect(await entryOf()).toEqual({ entry_at: null });
    await ledger.fold(by(5, { referral }), by(9), by(3, { referral }));
    await ledger.fold(by(10), by(4, { referral }));
    expect(await entryOf()).toEqual({ entry_at: new Date(AT + 5_000) });
  });
});
