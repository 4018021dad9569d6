import type { OutgoingMessage } from '@wharf/whatsapp';
import { describe, expect, test } from 'vitest';
import { changeChannel } from '#channels';
import { draft, HOUR_MS, use, useJudging } from './fixtures/judging.ts';
import { text } from './fixtures/submit.ts';
import { AT, CHANNEL } from './ledger/fixtures/ledger.ts';

const judging = useJudging();
const { template, settings, judge, judgeOne, consent } = judging;

describe('how often', () => {
  test('a person gets so much marketing in so long; the next waits until the first is old enough', async () => {
    await template('offer', 'MARKETING');
    await settings({ frequency: { cap: 2, hours: 24 } });
    const send = (nowMs: number) => judgeOne(draft(use('offer', 'Ana')), 'take', nowMs);
    expect(await send(AT)).toMatchObject({ verdict: 'allow' });
    expect(await send(AT + HOUR_MS)).toMatchObject({ verdict: 'allow' });
    expect(await send(AT + 2 * HOUR_MS)).toMatchObject({ verdict: 'defer', until: AT + 24 * HOUR_MS });
    expect(await send(AT + 24 * HOUR_MS + 1)).toMatchObject({ verdict: 'allow' });
  });

  test('a message that is claimed once more does not stand in its own way', async () => {
    await template('offer', 'MARKETING');
    await settings({ frequency: { cap: 1, hours: 24 } });
    const one = draft(use('offer', 'Ana'));
    expect(await judgeOne(one)).toMatchObject({ verdict: 'allow' });
    expect(await judgeOne(one, 'take', AT + 1_000)).toMatchObject({ verdict: 'allow' });
    expect(await judgeOne(draft(use('offer', 'Ana')))).toMatchObject({ verdict: 'defer' });
  });

  test('asking is not sending: it counts nothing', async () => {
    await template('offer', 'MARKETING');
    await settings({ frequency: { cap: 1, hours: 24 } });
    await changeChannel(judging.rig.store.db, CHANNEL, { tier: 1 });
    await judging.rig.directory.refresh();
    for (let time = 0; time < 3; time++)
      expect(await judgeOne(draft(use('offer', 'Ana')), 'ask')).toMatchObject({ verdict: 'allow' });
    expect([await judging.rig.count('marketing_sends'), await judging.rig.count('openings')]).toEqual([0, 0]);
  });
});

describe("the day's limit of people", () => {
  const tier = async (people: number) => {
    await changeChannel(judging.rig.store.db, CHANNEL, { tier: people });
    await judging.rig.directory.refresh();
  };

  test('counts who is written to first, and puts the others off together', async () => {
    await template('note', 'UTILITY');
    await tier(2);
    const people = ['a', 'b', 'c', 'a'].map((who) => draft(use('note', 'x'), { contactId: `con_${who}` }));
    const said = await judge(people);
    expect(said.map(({ verdict }) => verdict)).toEqual(['allow', 'allow', 'defer', 'allow']);
    expect(said[2]).toMatchObject({
      until: AT + 1_441 * 60_000,
      reasons: expect.arrayContaining([expect.objectContaining({ rule: 'tier', scope: 'class' })]),
    });
  });

  test('does not count who has written, free-form messages, and what another rule refuses', async () => {
    await template('note', 'UTILITY');
    await template('offer', 'MARKETING');
    await tier(1);
    await consent({});
    await judge([
      draft(use('note', 'x'), { contactId: 'con_open', lastInboundAt: AT }),
      draft(text('hi') as OutgoingMessage, { contactId: 'con_free', lastInboundAt: AT }),
      draft(use('offer', 'x')),
    ]);
    expect(await judging.rig.count('openings')).toBe(0);
  });

  test("counts who may be outside the window by Meta's clock, though inside by ours", async () => {
    await template('note', 'UTILITY');
    await tier(1);
    const written = (minutes: number) => AT - 24 * 3_600_000 + minutes * 60_000;
    await judge([
      draft(use('note', 'x'), { contactId: 'con_sure', lastInboundAt: written(4) }),
      draft(use('note', 'x'), { contactId: 'con_near', lastInboundAt: written(2) }),
    ]);
    expect(await judging.rig.count('openings')).toBe(1);
  });

  test('a warm-up holds before it', async () => {
    await template('note', 'UTILITY');
    await changeChannel(judging.rig.store.db, CHANNEL, {
      tier: 0,
      warmUp: { startedAt: new Date(AT).toISOString(), perDay: [1, 3] },
    });
    await judging.rig.directory.refresh();
    const send = (who: string, nowMs = AT) => judgeOne(draft(use('note', 'x'), { contactId: who }), 'take', nowMs);
    expect([await send('con_1'), await send('con_2')]).toMatchObject([
      { verdict: 'allow' },
      { verdict: 'defer', words: expect.stringMatching(/warm-up of this number \(day 1\)/) },
    ]);
    expect(await send('con_2', AT + 24 * HOUR_MS)).toMatchObject({ verdict: 'allow' });
  });
});

describe('a message for later', () => {
  const inHours = (hours: number) => AT + hours * HOUR_MS;
  const rulesOf = (said: Awaited<ReturnType<typeof judgeOne>>, rule: string) =>
    said?.reasons.filter((reason) => reason.rule === rule).map(({ effect }) => effect);

  // The first place is free 1,441 minutes after it was taken.
  test.each<[string, number | null, string, string[]]>([
    ['now', null, 'defer', ['defer']],
    ['while the limit is used up', inHours(24), 'defer', ['defer']],
    ['when somebody is counted no more', inHours(24) + 60_000, 'allow', []],
    ['next week', inHours(168), 'allow', []],
  ])("is not put off by today's limit of people: %s", async (_name, sendAt, verdict, effects) => {
    await template('note', 'UTILITY');
    await changeChannel(judging.rig.store.db, CHANNEL, { tier: 1 });
    await judging.rig.directory.refresh();
    await judge([draft(use('note', 'x'), { contactId: 'con_first' })]);
    const said = await judgeOne(draft(use('note', 'x'), { contactId: 'con_next', sendAt }), 'ask');
    expect([said?.verdict, rulesOf(said, 'tier')]).toEqual([verdict, effects]);
  });

  test('has the warm-up of its own day', async () => {
    await template('note', 'UTILITY');
    const startedAt = new Date(AT - 20 * HOUR_MS).toISOString();
    await changeChannel(judging.rig.store.db, CHANNEL, { tier: 0, warmUp: { startedAt, perDay: [1, 5] } });
    await judging.rig.directory.refresh();
    await judge([draft(use('note', 'x'), { contactId: 'con_first' })]);
    const later = [null, inHours(3), inHours(5)].map((sendAt) =>
      draft(use('note', 'x'), { contactId: 'con_next', sendAt }),
    );
    expect((await judge(later, 'ask')).map(({ verdict }) => verdict)).toEqual(['defer', 'defer', 'allow']);
  });

  test('has its frequency counted up to its own time', async () => {
    await template('offer', 'MARKETING');
    await settings({ frequency: { cap: 1, hours: 24 } });
    await judge([draft(use('offer', 'Ana'))]);
    const later = [null, inHours(23), inHours(24)].map((sendAt) => draft(use('offer', 'Ana'), { sendAt }));
    expect(await judge(later, 'ask')).toMatchObject([
      { verdict: 'defer', until: inHours(24) },
      { verdict: 'defer', until: inHours(24) },
      { verdict: 'allow' },
    ]);
  });
});
