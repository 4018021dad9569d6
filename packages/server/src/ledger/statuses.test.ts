import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventOf } from '@wharf/whatsapp';
import { AT, type Ledger, message, MIA, next, openLedger, status, toFoldable } from './fixtures/ledger.ts';
import { isRung, joinRungs, RANK, type Rung } from './lattice.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

type Word = EventOf<'message.status'>['status'];
const WORDS: readonly Word[] = ['pending', 'sent', 'delivered', 'read', 'played', 'failed', 'deleted', 'warning'];
const TIMES = ['sent', 'delivered', 'read', 'played', 'failed'] as const;
const BLOCKED = { code: 131026, title: 'Message undeliverable' };

interface Step {
  readonly word: Word;
  readonly at: number;
}

const statusRow = (id: string) =>
  ledger.one<{ state: string; rank: number; trail: { status: string; at: string }[] }>(
    `select state, rank, reason, error, pricing, sent_at, delivered_at, read_at, played_at, failed_at, revoked_at, trail from messages where id = $1`,
    [id],
  );

/** What the row must be, by the definition of the lattice alone. */
function toExpected(steps: readonly Step[]) {
  const rung = steps.map(({ word }): Rung => (isRung(word) ? word : 'accepted')).reduce(joinRungs, 'accepted');
  const earliest = (word: Word) => {
    const times = steps.filter((step) => step.word === word).map((step) => step.at);
    return times.length === 0 ? null : new Date(Math.min(...times));
  };
  return {
    state: rung,
    rank: RANK[rung],
    reason: rung === 'failed' ? '131026 Message undeliverable' : null,
    error: steps.some((step) => step.word === 'failed') ? BLOCKED : null,
    revoked_at: earliest('deleted'),
    ...Object.fromEntries(TIMES.map((word) => [`${word}_at`, earliest(word)])),
  };
}

const step: fc.Arbitrary<Step> = fc.record({
  word: fc.constantFrom(...WORDS),
  at: fc.integer({ min: 0, max: 5 }).map((n) => AT + n * 1000),
});

/** The same steps in any order, some of them more than once, cut into batches; the message comes before one of them. */
const course = fc.array(step, { minLength: 1, maxLength: 7 }).chain((steps) =>
  fc.record({
    steps: fc.constant(steps),
    order: fc
      .array(fc.constantFrom(...steps), { maxLength: 3 })
      .chain((again) => fc.shuffledSubarray([...steps, ...again], { minLength: steps.length + again.length })),
    cuts: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
    arrival: fc.nat({ max: 10 }),
  }),
);

function toBatches(order: readonly Step[], cuts: readonly boolean[]): Step[][] {
  const batches: Step[][] = [[]];
  order.forEach((one, n) => {
    if (cuts[n]) batches.push([]);
    batches.at(-1)?.push(one);
  });
  return batches.filter((batch) => batch.length > 0);
}

const errorsOf = ({ word }: Step) => (word === 'failed' ? { errors: [BLOCKED] } : {});

describe('statuses', () => {
  test('come to the same row in any order, repeated, split over batches, and before their message (I4)', async () => {
    await fc.assert(
      fc.asyncProperty(course, async ({ steps, order, cuts, arrival }) => {
        const echo = message(MIA, 'from the phone', { kind: 'message.echo' });
        const batches = toBatches(order, cuts).map((batch) =>
          batch.map((one) => status(echo.message.id, one.word, { at: one.at, ...errorsOf(one) })),
        );
        batches.splice(arrival % (batches.length + 1), 0, [echo as never]);
        for (const batch of batches) await ledger.fold(...batch);
        const { id } = await ledger.one<{ id: string }>('select id from messages where whatsapp_id = $1', [
          echo.message.id,
        ]);
        const row = await statusRow(id);
        expect(row).toMatchObject(toExpected(steps));
        expect(row.trail).toHaveLength(order.length);
        expect(await ledger.rows('select from parked')).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('a row never moves down, whatever comes one after the other (I4)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const whatsappId = `wamid.${next()}`;
        const id = await ledger.send({ state: 'accepted', rank: 1, whatsappId });
        let before = 1;
        for (const one of steps) {
          await ledger.fold(status(whatsappId, one.word, { at: one.at }));
          const { rank } = await statusRow(id);
          expect(rank).toBeGreaterThanOrEqual(before);
          before = rank;
        }
      }),
      { numRuns: 25 },
    );
  });

  test('one that carries our id is evidence for a message whose answer was lost: it gets its WhatsApp id', async () => {
    const id = await ledger.send({ state: 'ambiguous' });
    const { settled } = await ledger.fold(status('wamid.lost', 'sent', { callbackData: id }));
    expect(settled).toEqual([id]);
    expect(await ledger.one('select whatsapp_id, state from messages where id = $1', [id])).toEqual({
      whatsapp_id: 'wamid.lost',
      state: 'sent',
    });
  });

  test.each<Word>(['pending', 'warning', 'unknown'])(
    'one of which we only know that it came (%s) still says that the message was accepted',
    async (word) => {
      const id = await ledger.send({ state: 'ambiguous' });
      await ledger.fold(status(`wamid.${next()}`, word, { callbackData: id, rawStatus: 'brand_new' }));
      expect(await statusRow(id)).toMatchObject({ state: 'accepted', rank: 1 });
    },
  );

  test('of a second copy (the message was sent twice) do not take the first one away', async () => {
    const id = await ledger.send();
    await ledger.fold(
      status('wamid.first', 'sent', { callbackData: id }),
      status('wamid.second', 'read', { callbackData: id }),
    );
    const row = await ledger.one<{ whatsapp_id: string }>('select whatsapp_id from messages where id = $1', [id]);
    expect(['wamid.first', 'wamid.second']).toContain(row.whatsapp_id);
    await ledger.rows(`delete from parked`);
  });

  test('with our id, of a WhatsApp id that another row has (an echo), break nothing', async () => {
    const echo = message(MIA, 'hi', { kind: 'message.echo' });
    const id = await ledger.send();
    await ledger.fold(echo);
    await ledger.fold(status(echo.message.id, 'delivered', { callbackData: id }));
    expect(await ledger.one('select state from messages where whatsapp_id = $1', [echo.message.id])).toEqual({
      state: 'delivered',
    });
  });

  test('a callback of another channel is a stranger', async () => {
    const id = await ledger.send();
    await ledger.fold(toFoldable(status('wamid.else', 'sent', { callbackData: id }), { channelId: 'chn_2' }));
    expect(await statusRow(id)).toMatchObject({ state: 'queued', rank: 0 });
    await ledger.rows(`delete from parked`);
  });

  test('of a message that came in (Whapi reports our own reading) leave its state alone', async () => {
    const event = message(MIA, 'hello');
    await ledger.fold(event);
    await ledger.fold(status(event.message.id, 'read'));
    expect(await ledger.one('select state, rank from messages where whatsapp_id = $1', [event.message.id])).toEqual({
      state: 'received',
      rank: 0,
    });
  });

  test('a late failure keeps its error and time, but a delivered message stays delivered', async () => {
    const id = await ledger.send({ state: 'accepted', rank: 1, whatsappId: 'wamid.late' });
    await ledger.fold(status('wamid.late', 'delivered'));
    await ledger.fold(status('wamid.late', 'failed', { errors: [BLOCKED] }));
    expect(await statusRow(id)).toMatchObject({
      state: 'delivered',
      reason: null,
      error: BLOCKED,
      failed_at: new Date(AT),
    });
  });

  test('huge or odd words in errors and pricing are stored with what can be stored', async () => {
    const id = await ledger.send({ state: 'accepted', rank: 1, whatsappId: 'wamid.odd' });
    const details = `\u0000\ud800${'x'.repeat(300_000)}`;
    const errors = [{ code: 1, details }];
    await ledger.fold(status('wamid.odd', 'failed', { errors, pricing: { category: '\u0000' } }));
    const row = await ledger.one<{ reason: string; pricing: object }>(
      'select reason, pricing from messages where id = $1',
      [id],
    );
    expect([row.reason.length, row.pricing]).toEqual([300, { category: '\ufffd' }]);
  });
});
