import type { OutgoingMessage } from '@wharf/whatsapp';
import { describe, expect, test } from 'vitest';
import { CLASS } from '#outbox';
import { makePolicyCache } from '#settings';
import { draft, HOUR_MS, use, useJudging } from './fixtures/judging.ts';
import { text } from './fixtures/submit.ts';
import { type Draft, judgeDrafts } from './judge.ts';
import { AT } from './ledger/fixtures/ledger.ts';

const judging = useJudging();
const { person, template, settings, judge, judgeOne, consent } = judging;

describe('a template', () => {
  test.each<[string, string, string, RegExp]>([
    ['APPROVED', 'allow', 'offer', /approved/],
    ['PAUSED', 'deny', 'offer', /paused this template/],
    ['REJECTED', 'deny', 'offer', /rejected this template/],
  ])('that is %s: %s', async (status, verdict, name, words) => {
    await template(name, 'UTILITY', status);
    const said = await judgeOne(draft(use(name, 'Ana')));
    expect([said?.verdict, said?.category]).toEqual([verdict, 'UTILITY']);
    expect(said?.words).toMatch(words);
  });

  test('that the account does not have is denied with a code; of an account never read it is Meta that decides', async () => {
    await template('offer', 'UTILITY');
    expect(await judgeOne(draft(use('nothing')))).toMatchObject({
      verdict: 'deny',
      reasons: expect.arrayContaining([expect.objectContaining({ rule: 'template', code: 'template_unknown' })]),
    });
    await judging.rig.store.rows('update template_accounts set synced_at = null');
    expect(await judgeOne(draft(use('nothing')))).toMatchObject({ verdict: 'allow' });
  });

  test('whose parameters do not fit is denied by field', async () => {
    await template('offer', 'UTILITY');
    const said = await judgeOne(draft(use('offer', 'Ana', 'surplus')));
    expect(said).toMatchObject({ verdict: 'deny' });
    expect(said?.reasons.find(({ rule }) => rule === 'template')).toMatchObject({
      code: 'template_parameters',
      problems: [{ field: expect.stringContaining('template.components[0]') }],
    });
  });

  test('says what it costs', async () => {
    await template('offer', 'UTILITY');
    const price = async (more: Partial<Draft>) =>
      (await judgeOne(draft(use('offer', 'Ana'), more)))?.reasons.find(({ rule }) => rule === 'price')?.text;
    expect([
      await price({}),
      await price({ lastInboundAt: AT }),
      await price({ entryAt: AT - 72 * HOUR_MS + 1 }),
      await price({ entryAt: AT - 72 * HOUR_MS }),
    ]).toEqual([
      expect.stringMatching(/^Charged \(utility\)/),
      expect.stringMatching(/^Free \(utility\)/),
      expect.stringMatching(/^Free .*advertisement/),
      expect.stringMatching(/^Charged/),
    ]);
  });
});

describe('consent', () => {
  test('an objection to marketing stops marketing, and nothing else', async () => {
    await template('offer', 'MARKETING');
    await template('note', 'UTILITY');
    await consent({});
    const said = await judge([
      draft(use('offer', 'Ana')),
      draft(use('note', 'Ana')),
      draft(text('hi') as OutgoingMessage, { lastInboundAt: AT }),
      draft(text('hi') as OutgoingMessage, { lastInboundAt: AT, class: CLASS.campaign }),
    ]);
    expect(said.map(({ verdict }) => verdict)).toEqual(['deny', 'allow', 'allow', 'deny']);
    expect(said[0]?.words).toMatch(/wants no marketing messages .* by a message to this business/);
  });

  test('silence is enough, unless the settings want an opt-in', async () => {
    await template('offer', 'MARKETING');
    expect(await judgeOne(draft(use('offer', 'Ana')))).toMatchObject({ verdict: 'allow' });
    await settings({ requireOptIn: ['marketing'] });
    expect(await judgeOne(draft(use('offer', 'Ana')))).toMatchObject({
      verdict: 'deny',
      words: expect.stringMatching(/No opt-in/),
    });
    await consent({ state: 'in', source: 'api', text: 'Yes, send me offers' });
    expect(await judgeOne(draft(use('offer', 'Ana')))).toMatchObject({ verdict: 'allow' });
  });
});

describe('where the person is', () => {
  test('marketing to the United States is denied, unless the rule is switched off', async () => {
    await template('offer', 'MARKETING');
    await person('con_us', '12125550123');
    const one = () => draft(use('offer', 'Bob'), { contactId: 'con_us' });
    expect(await judgeOne(one())).toMatchObject({ verdict: 'deny', words: expect.stringMatching(/United States/) });
    await settings({ countryRulesOff: ['us-marketing'] });
    expect(await judgeOne(one())).toMatchObject({ verdict: 'allow' });
  });

  test('quiet hours put marketing off to the morning there; what is scheduled is judged by its time', async () => {
    await template('offer', 'MARKETING');
    await settings({ quietHours: { purposes: ['marketing'], from: '21:00', to: '08:00', defaultZone: 'UTC' } });
    // 23:30 in Berlin.
    const night = Date.UTC(2026, 10, 21, 22, 30);
    const morning = Date.UTC(2026, 10, 22, 7);
    const offer = draft(use('offer', 'Ana'));
    expect(await judgeOne(offer, 'take', night)).toMatchObject({ verdict: 'defer', until: morning });
    expect(await judgeOne({ ...offer, sendAt: morning }, 'ask', night)).toMatchObject({ verdict: 'allow' });
    expect(await judgeOne(draft(text('hi') as OutgoingMessage, { lastInboundAt: night }), 'take', night)).toMatchObject(
      {
        verdict: 'allow',
      },
    );
  });
});

describe('an answer of a handler', () => {
  test('needs the window alone: nothing is looked up for it', async () => {
    const asked: string[] = [];
    const db = {
      ...judging.rig.store.db,
      rows: (...args: Parameters<typeof judging.rig.store.db.rows>) => {
        asked.push(args[0].name);
        return judging.rig.store.db.rows(...args);
      },
    } as typeof judging.rig.store.db;
    const answer = draft(text('hi') as OutgoingMessage, { origin: 'handler', class: CLASS.reply, lastInboundAt: AT });
    const options = { directory: judging.rig.directory, settings: makePolicyCache(judging.rig.clock) };
    const said = await judgeDrafts(db, options, [answer], { mode: 'take', nowMs: AT });
    expect(said.get(answer.id)?.verdict).toMatchObject({ verdict: 'allow', reasons: [{ rule: 'window' }] });
    expect(asked).toEqual(['settings_read']);
  });
});
