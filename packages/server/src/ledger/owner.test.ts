import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '@wharf/whatsapp';
import { AT, history, type Ledger, message, next, openLedger } from './fixtures/ledger.ts';

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
