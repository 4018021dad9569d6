import type { OutgoingMessage } from '@wharf/whatsapp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeChannel } from '#channels';
import { appendEvidence, type Evidence } from '#consent';
import { CLASS, toReason } from '#outbox';
import { DEFAULT_POLICY, makePolicyCache, type PolicySettings, writePolicy } from '#settings';
import { openSubmit, type SubmitRig, text } from './fixtures/submit.ts';
import { type Draft, judgeDrafts, type JudgeMode } from './judge.ts';
import { AT, CHANNEL } from './ledger/fixtures/ledger.ts';

const HOUR_MS = 3_600_000;
const ACCOUNT = '202';
const ANA = 'con_ana';

let rig: SubmitRig;
beforeAll(async () => {
  rig = await openSubmit();
  await rig.store.rows('update channels set account_id = $1', [ACCOUNT]);
});
afterAll(() => rig.store.close());
beforeEach(async () => {
  const people = ['consents', 'consent_log', 'marketing_sends', 'contacts', 'identities'];
  for (const table of [...people, 'settings', 'templates', 'template_accounts', 'openings', 'opening_minutes'])
    await rig.store.rows(`delete from ${table}`);
  await changeChannel(rig.store.db, CHANNEL, { tier: null, warmUp: null });
  await rig.directory.refresh();
  await person(ANA, '4915112345678');
});

async function person(id: string, phone: string): Promise<void> {
  await rig.store.rows(`insert into contacts (id, workspace_id) values ($1, 'main')`, [id]);
  await rig.store.rows(
    `insert into identities (workspace_id, kind, value, contact_id, seen_at) values ('main', 'phone', $2, $1, now())`,
    [id, phone],
  );
}

/** As a sync of the account leaves it. */
async function template(name: string, category: string, status = 'APPROVED'): Promise<void> {
  await rig.store.rows(
    `insert into template_accounts (workspace_id, account_id, synced_at) values ('main', $1, now()) on conflict do nothing`,
    [ACCOUNT],
  );
  const components = [{ type: 'BODY', text: 'Hi {{1}}, thanks.', example: { body_text: [['Ana']] } }];
  await rig.store.rows(
    `insert into templates (id, workspace_id, account_id, name, language, status, category, components, components_at, created_at)
     values ($1, 'main', $2, $1, 'en_US', $3, $4, $5::jsonb, now(), now())`,
    [name, ACCOUNT, status, category, JSON.stringify(components)],
  );
}

const use = (name: string, ...texts: string[]): OutgoingMessage => ({
  type: 'template',
  template: {
    name,
    language: { code: 'en_US' },
    components: [{ type: 'body', parameters: texts.map((one) => ({ type: 'text', text: one })) }],
  },
});

let n = 0;
const draft = (message: OutgoingMessage, more: Partial<Draft> = {}): Draft => ({
  id: `msg_${++n}`,
  workspaceId: 'main',
  channelId: CHANNEL,
  contactId: ANA,
  class: CLASS.transactional,
  origin: 'api',
  owner: 'bot',
  lastInboundAt: null,
  entryAt: null,
  expiresAt: null,
  message,
  sendAt: null,
  ...more,
});

const settings = async (more: Partial<PolicySettings>) =>
  void (await writePolicy(rig.store.db, 'main', { value: { ...DEFAULT_POLICY, ...more }, version: null, nowMs: AT }));

const judge = async (drafts: readonly Draft[], mode: JudgeMode = 'take', nowMs = AT) => {
  const options = { directory: rig.directory, settings: makePolicyCache(rig.clock) };
  const said = await judgeDrafts(rig.store.db, options, drafts, { mode, nowMs });
  return drafts.map(({ id }) => {
    const judged = said.get(id);
    if (!judged) throw new Error('every draft is judged');
    return { ...judged.verdict, category: judged.category, words: toReason(judged.verdict) };
  });
};
const judgeOne = async (one: Draft, mode?: JudgeMode, nowMs?: number) => (await judge([one], mode, nowMs))[0];
const consent = (more: Partial<Evidence>) =>
  rig.store.db.transaction((tx) =>
    appendEvidence(
      tx,
      [
        {
          workspaceId: 'main',
          contactId: ANA,
          purpose: 'marketing',
          state: 'out',
          at: AT - HOUR_MS,
          source: 'keyword',
          text: 'STOP',
          language: 'en',
          eventId: 'e1',
          keyId: null,
          channelId: null,
          conversationId: null,
          mark: `m${++n}`,
          ...more,
        },
      ],
      AT,
    ),
  );

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
    await rig.store.rows('update template_accounts set synced_at = null');
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
    await changeChannel(rig.store.db, CHANNEL, { tier: 1 });
    await rig.directory.refresh();
    for (let time = 0; time < 3; time++)
      expect(await judgeOne(draft(use('offer', 'Ana')), 'ask')).toMatchObject({ verdict: 'allow' });
    expect([await rig.count('marketing_sends'), await rig.count('openings')]).toEqual([0, 0]);
  });
});

describe("the day's limit of people", () => {
  const tier = async (people: number) => {
    await changeChannel(rig.store.db, CHANNEL, { tier: people });
    await rig.directory.refresh();
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
    expect(await rig.count('openings')).toBe(0);
  });

  test("counts who may be outside the window by Meta's clock, though inside by ours", async () => {
    await template('note', 'UTILITY');
    await tier(1);
    const written = (minutes: number) => AT - 24 * 3_600_000 + minutes * 60_000;
    await judge([
      draft(use('note', 'x'), { contactId: 'con_sure', lastInboundAt: written(4) }),
      draft(use('note', 'x'), { contactId: 'con_near', lastInboundAt: written(2) }),
    ]);
    expect(await rig.count('openings')).toBe(1);
  });

  test('a warm-up holds before it', async () => {
    await template('note', 'UTILITY');
    await changeChannel(rig.store.db, CHANNEL, {
      tier: 0,
      warmUp: { startedAt: new Date(AT).toISOString(), perDay: [1, 3] },
    });
    await rig.directory.refresh();
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
    await changeChannel(rig.store.db, CHANNEL, { tier: 1 });
    await rig.directory.refresh();
    await judge([draft(use('note', 'x'), { contactId: 'con_first' })]);
    const said = await judgeOne(draft(use('note', 'x'), { contactId: 'con_next', sendAt }), 'ask');
    expect([said?.verdict, rulesOf(said, 'tier')]).toEqual([verdict, effects]);
  });

  test('has the warm-up of its own day', async () => {
    await template('note', 'UTILITY');
    const startedAt = new Date(AT - 20 * HOUR_MS).toISOString();
    await changeChannel(rig.store.db, CHANNEL, { tier: 0, warmUp: { startedAt, perDay: [1, 5] } });
    await rig.directory.refresh();
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

describe('an answer of a handler', () => {
  test('needs the window alone: nothing is looked up for it', async () => {
    const asked: string[] = [];
    const db = {
      ...rig.store.db,
      rows: (...args: Parameters<typeof rig.store.db.rows>) => {
        asked.push(args[0].name);
        return rig.store.db.rows(...args);
      },
    } as typeof rig.store.db;
    const answer = draft(text('hi') as OutgoingMessage, { origin: 'handler', class: CLASS.reply, lastInboundAt: AT });
    const options = { directory: rig.directory, settings: makePolicyCache(rig.clock) };
    const said = await judgeDrafts(db, options, [answer], { mode: 'take', nowMs: AT });
    expect(said.get(answer.id)?.verdict).toMatchObject({ verdict: 'allow', reasons: [{ rule: 'window' }] });
    expect(asked).toEqual(['settings_read']);
  });
});
