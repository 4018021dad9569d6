import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openSubmit, permit, request, type SubmitRig, text } from './fixtures/submit.ts';
import { fold } from '#ledger';
import { joinFindings } from '#outbox';
import { makePolicyCache } from '#settings';
import { judgeDrafts } from './judge.ts';
import { AT, CHANNEL, message, toFoldable } from './ledger/fixtures/ledger.ts';
import { submit, submitAll, type SubmitOptions } from './submit.ts';
import type { SubmitRequest } from './submit-request.ts';

let rig: SubmitRig;
beforeAll(async () => {
  rig = await openSubmit();
});
afterAll(() => rig.store.close());
beforeEach(() => rig.clear());

const count = (table: string) => rig.count(table);

describe('the policy', () => {
  const strict = (): SubmitOptions => ({
    ...rig.options,
    judge: (tx, drafts, nowMs) =>
      judgeDrafts(tx, { directory: rig.directory, settings: makePolicyCache(rig.clock) }, drafts, {
        mode: 'ask',
        nowMs,
      }),
  });
  const template = { type: 'template', template: { name: 'hello', language: { code: 'en' } } };
  const meta = { channelId: CHANNEL };

  test('is asked before anything is queued: what it refuses is refused with the rule and the way out', async () => {
    expect(await submit(strict(), request(meta))).toMatchObject({
      ok: false,
      problem: {
        status: 422,
        code: 'policy_denied',
        detail: expect.stringContaining('only a template'),
        errors: [{ field: 'window', message: expect.stringContaining('only a template') }],
      },
    });
    expect([await count('messages'), await count('outbox'), rig.woken.length]).toEqual([0, 0, 0]);
    expect([await count('contacts'), await count('identities'), await count('conversations')]).toEqual([0, 0, 0]);
  });

  test('knows where a stranger is before there is a contact', async () => {
    const fields = async (more: Partial<SubmitRequest>) => {
      const answer = await submit(strict(), request({ ...meta, priority: 'campaign', ...more }));
      return answer.ok ? [] : answer.problem.errors?.map(({ field }) => field);
    };
    expect(await fields({ to: '12125550123' })).toEqual(['window', 'country']);
    expect(await fields({ to: '491700000001' })).toEqual(['window']);
  });

  test('is asked anew about a stranger who writes while it is asked', async () => {
    const judged: (number | null)[] = [];
    const judge: SubmitOptions['judge'] = async (tx, drafts, nowMs) => {
      judged.push(drafts[0]?.lastInboundAt ?? null);
      const known = toFoldable(message({ bsuid: 'DE.9', phone: '491700000001' }, 'hello'));
      if (judged.length === 1) await rig.store.db.transaction((other) => fold(other, [known], AT));
      return permit()(tx, drafts, nowMs);
    };
    expect(await submit({ ...rig.options, judge }, request(meta))).toMatchObject({ ok: true });
    expect(judged).toEqual([null, expect.any(Number)]);
    expect([await count('contacts'), await count('conversations')]).toEqual([1, 1]);
  });

  test('lets through what it allows, and says why', async () => {
    expect(await submit(strict(), request({ ...meta, message: template }))).toMatchObject({
      ok: true,
      judged: {
        verdict: {
          verdict: 'allow',
          reasons: expect.arrayContaining([expect.objectContaining({ rule: 'window', effect: 'allow' })]),
        },
      },
    });
  });

  test.each<[string, Partial<SubmitRequest>, string]>([
    ['a day, of a message that is good for one by default', {}, 'policy_denied'],
    ['a day, of a message that is good for longer', { ttlSeconds: 86_460 }, 'defer'],
    ['a day, of a message for tomorrow', { sendAt: new Date(AT + 3_600_000).toISOString() }, 'defer'],
    ['a day, of a message that goes sooner', { ttlSeconds: 3_600 }, 'policy_denied'],
  ])('a delay of %s', async (_name, more, said) => {
    const until = rig.clock.now() + 86_400_000;
    const verdict = joinFindings([{ rule: 'frequency', effect: 'defer', text: 'Enough for today', until }]);
    const judge: SubmitOptions['judge'] = async (_tx, drafts) =>
      new Map(drafts.map(({ id }) => [id, { verdict, category: null }]));
    const answer = await submit({ ...rig.options, judge }, request({ ...meta, ...more }));
    expect(answer.ok ? answer.judged?.verdict.verdict : answer.problem.code).toBe(said);
    if (answer.ok) return;
    const error = { field: 'expiry', message: expect.stringMatching(/Enough for today.*raise ttlSeconds/) };
    expect(answer.problem).toMatchObject({ detail: expect.stringContaining('raise ttlSeconds'), errors: [error] });
    expect([await count('messages'), await count('contacts')]).toEqual([0, 0]);
  });

  test('says of a time ahead that the window will have been closed by then', async () => {
    const { folded } = await rig.store.db.transaction((tx) =>
      fold(tx, [toFoldable(message({ phone: '491700000001' }, 'hello'))], AT),
    );
    const conversationId = folded[0]?.conversation?.id ?? '';
    const sendAt = new Date(AT + 7 * 86_400_000).toISOString();
    expect(await submit(strict(), request({ to: undefined, conversationId, sendAt }))).toMatchObject({
      ok: false,
      problem: {
        errors: [{ field: 'window', message: expect.stringMatching(/will have been closed for 144 h .* by then/) }],
      },
    });
  });

  test.each<[string, object, string]>([
    ['a message it allows', template, 'allow'],
    ['a message it refuses', text('hi'), 'policy_denied'],
  ])('a dry run says what it would decide about %s, and leaves no trace', async (_name, message, said) => {
    const answer = await submit(strict(), request({ ...meta, message, idempotencyKey: 'dry' }), { isDry: true });
    expect(answer.ok ? answer.judged?.verdict.verdict : answer.problem.code).toBe(said);
    expect(await Promise.all(['messages', 'outbox', 'conversations', 'contacts', 'identities'].map(count))).toEqual([
      0, 0, 0, 0, 0,
    ]);
    expect(rig.woken).toEqual([]);
  });
});

describe('when', () => {
  const iso = (ms: number) => new Date(ms).toISOString();
  const HOUR_MS = 3_600_000;

  test('later: the message waits for its time outside the queue', async () => {
    const sendAt = iso(rig.clock.now() + HOUR_MS);
    await rig.idOf({ channelId: CHANNEL, sendAt, ttlSeconds: 60 });
    expect(await rig.store.rows('select state, due_at, expires_at from outbox')).toEqual([
      { state: 'scheduled', due_at: new Date(sendAt), expires_at: new Date(rig.clock.now() + HOUR_MS + 60_000) },
    ]);
    expect(await rig.store.rows('select state, send_at from messages')).toEqual([
      { state: 'scheduled', send_at: new Date(sendAt) },
    ]);
    expect(rig.woken).toEqual([]);
  });

  test('an offset counts, and a moment ago is now', async () => {
    await rig.idOf({ channelId: CHANNEL, sendAt: '2026-12-01T09:00:00+01:00' });
    await rig.idOf({ channelId: CHANNEL, sendAt: iso(rig.clock.now() - 59_000) });
    expect(await rig.store.rows('select send_at from messages order by send_at')).toEqual([
      { send_at: new Date('2026-12-01T08:00:00Z') },
      { send_at: null },
    ]);
  });

  test('a time without an offset is where the person is: by their zone, else by their number', async () => {
    const at = async (more: Partial<SubmitRequest>) => {
      const id = await rig.idOf({ channelId: CHANNEL, sendAt: '2026-12-01T09:00', ...more });
      return (await rig.store.rows('select send_at from messages where id = $1', [id]))[0];
    };
    expect(await at({ to: '491700000001' })).toEqual({ send_at: new Date('2026-12-01T08:00:00Z') });
    expect(await at({ to: '12125550123' })).toEqual({ send_at: new Date('2026-12-01T14:00:00Z') });
    expect(await at({ to: undefined, recipient: 'DE.5' })).toEqual({ send_at: new Date('2026-12-01T08:00:00Z') });
    await rig.store.rows(`update contacts set time_zone = 'Asia/Tokyo'`);
    expect(await at({ to: '491700000001' })).toEqual({ send_at: new Date('2026-12-01T00:00:00Z') });
  });

  test('without a wish a message is good for a day, a code for ten minutes', async () => {
    await rig.idOf({ channelId: CHANNEL });
    await submit({ ...rig.options, judge: permit('AUTHENTICATION') }, request({ channelId: CHANNEL }));
    expect(
      await rig.store.rows(
        "select expires_at - at < interval '11 minutes' as short from messages order by expires_at desc",
      ),
    ).toEqual([{ short: false }, { short: true }]);
  });

  test.each<[string, Partial<SubmitRequest>, string, RegExp]>([
    ['no time', { sendAt: 'tomorrow' }, 'sendAt', /with its offset/],
    [
      'a local time of a stranger',
      { to: undefined, recipient: 'X1.99', sendAt: '2026-12-01T09:00' },
      'sendAt',
      /not known where/,
    ],
    ['no such local day', { sendAt: '2026-02-30T09:00' }, 'sendAt', /local date/],
    ['a local time in the past', { sendAt: '2020-01-01T09:00' }, 'sendAt', /in the past/],
    ['no such day', { sendAt: '2026-13-01T09:00:00Z' }, 'sendAt', /with its offset/],
    ['the past', { sendAt: iso(AT - 61_000) }, 'sendAt', /in the past/],
    ['after a year', { sendAt: iso(AT + 367 * 24 * HOUR_MS) }, 'sendAt', /more than a year/],
    ['too short a life', { ttlSeconds: 29 }, 'ttlSeconds', /30 to 2592000/],
    ['too long a life', { ttlSeconds: 2_592_001 }, 'ttlSeconds', /30 to 2592000/],
    ['callback data that Meta refuses', { callbackData: 'x'.repeat(513) }, 'callbackData', /512/],
  ])('%s is refused by its field', async (_name, more, field, reason) => {
    const answer = await rig.ask({ channelId: CHANNEL, ...more });
    expect(answer).toMatchObject({ ok: false, problem: { status: 422 } });
    expect(answer.ok ? [] : answer.problem.errors).toMatchObject([
      { field: expect.stringContaining(field), message: expect.stringMatching(reason) },
    ]);
    expect(await count('messages')).toBe(0);
  });

  test.each([30, 2_592_000])('a life of %d seconds is taken', async (ttlSeconds) => {
    expect(await rig.ask({ channelId: CHANNEL, ttlSeconds })).toMatchObject({ ok: true });
  });
});

describe('many in one request', () => {
  test('have the files they name looked at sixteen at a time, the answers in their order', async () => {
    let [inHand, most] = [0, 0];
    const checkMedia: SubmitOptions['checkMedia'] = async ({ message }) => {
      most = Math.max(most, ++inHand);
      await Promise.resolve();
      inHand--;
      return JSON.stringify(message).includes('7.png') ? [{ field: 'image.link', message: 'is away' }] : [];
    };
    const requests = Array.from({ length: 40 }, (_, n) =>
      request({ message: { type: 'image', image: { link: `https://shop.example/${n}.png` } } }),
    );
    const answers = await submitAll({ ...rig.options, checkMedia }, requests);
    expect(most).toBe(16);
    expect(answers.flatMap((answer, n) => (answer.ok ? [] : [n]))).toEqual([7, 17, 27, 37]);
  });

  const of = (...all: Partial<SubmitRequest>[]) =>
    submitAll(
      rig.options,
      all.map((more) => request({ channelId: CHANNEL, ...more })),
    );

  test('each has its own answer, in order; the good ones go, also between bad ones', async () => {
    const answers = await of(
      {},
      { to: '12' },
      { conversationId: 'cnv_9' },
      { to: '491700000002' },
      { message: text('') },
    );
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.problem.code))).toEqual([
      'ok',
      'message_invalid',
      'conversation_unknown',
      'ok',
      'message_invalid',
    ]);
    expect(await rig.store.rows(`select address->>'to' as "to" from outbox order by seq`)).toEqual([
      { to: '491700000001' },
      { to: '491700000002' },
    ]);
  });

  test('several to one person keep their order and share a conversation', async () => {
    await of(...['a', 'b', 'c'].map((body) => ({ message: text(body) })));
    expect(await rig.store.rows(`select payload->'text'->>'body' as body from outbox order by seq`)).toEqual([
      { body: 'a' },
      { body: 'b' },
      { body: 'c' },
    ]);
    expect(await count('conversations')).toBe(1);
  });

  test('the same key twice in one request is one message', async () => {
    const answers = await of(
      { idempotencyKey: 'k' },
      { idempotencyKey: 'k' },
      { idempotencyKey: 'k', message: text('x') },
    );
    expect(answers).toMatchObject([
      { ok: true, replayed: false },
      { ok: true, replayed: true },
      { ok: false, problem: { code: 'idempotency_conflict' } },
    ]);
    expect(new Set(answers.flatMap((answer) => (answer.ok ? [answer.id] : []))).size).toBe(1);
    expect(await count('messages')).toBe(1);
  });

  test('a dry run of the same key twice has a verdict for both', async () => {
    const twice = [0, 1].map(() => request({ channelId: CHANNEL, idempotencyKey: 'k' }));
    const judged = { verdict: { verdict: 'allow' } };
    expect(await submitAll(rig.options, twice, { isDry: true })).toMatchObject([{ judged }, { judged }]);
  });

  test('only those that are taken become contacts, and one person is one, by the same number written otherwise', async () => {
    const judge: SubmitOptions['judge'] = async (_tx, drafts) =>
      new Map(
        drafts.map(({ id, whereabouts }) => {
          const effect = whereabouts?.phone?.endsWith('9') ? 'deny' : 'allow';
          return [id, { verdict: joinFindings([{ rule: 'consent', effect, text: 'No' }]), category: null }];
        }),
      );
    const all = ['491700000001', '+49 170 0000001', '491700000009', '491700000002'];
    const answers = await submitAll(
      { ...rig.options, judge },
      all.map((to) => request({ channelId: CHANNEL, to })),
    );
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, false, true]);
    expect(await rig.store.rows('select value from identities order by value')).toEqual([
      { value: '491700000001' },
      { value: '491700000002' },
    ]);
    expect([await count('contacts'), await count('conversations')]).toEqual([2, 2]);
  });

  test('more of them take no more statements', async () => {
    const statements = async (strangers: number) => {
      let asked = 0;
      const db: SubmitOptions['db'] = {
        ...rig.options.db,
        transaction: (work) =>
          rig.options.db.transaction((tx) =>
            work({
              ...tx,
              rows: (...args: Parameters<typeof tx.rows>) => (asked++, tx.rows(...args)),
              run: (...args: Parameters<typeof tx.run>) => (asked++, tx.run(...args)),
            } as typeof tx),
          ),
      };
      const all = Array.from({ length: strangers }, (_, n) =>
        request({ channelId: CHANNEL, to: `4917${strangers}00000${n}` }),
      );
      await submitAll({ ...rig.options, db }, all);
      return asked;
    };
    expect(await statements(9)).toBe(await statements(1));
  });

  test('a thousand strangers are a thousand conversations', async () => {
    const answers = await of(...Array.from({ length: 1_000 }, (_, n) => ({ to: `4917${String(n).padStart(8, '0')}` })));
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect([await count('outbox'), await count('conversations')]).toEqual([1_000, 1_000]);
    expect(rig.woken).toEqual([CHANNEL]);
  });
});
