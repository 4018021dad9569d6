import { describe, expect, test } from 'vitest';
import type { LedgerSend } from './contract.ts';
import { makeLedger } from './ledger.ts';
import { findBusiestWindows, findMostPeople } from './ledger-windows.ts';
import { ana, numberId, postMessage, sendText, withOpenWindows } from './testing.ts';

const sendAt = (at: number, personId = 'ana', outsideWindow = true): LedgerSend => ({
  wamid: `wamid.${at}`,
  numberId: 'n',
  personId,
  address: { by: 'phone', value: '1' },
  callbackData: null,
  at,
  type: 'text',
  outsideWindow,
});

describe('what the ledger holds', () => {
  test('every accepted send with its callback data, every arrival, every refusal', async () => {
    await withOpenWindows({}, async ({ emulator, clock }) => {
      await sendText(emulator, ana, 'one', { biz_opaque_callback_data: 'a' });
      await sendText(emulator, { to: '4915112345678' }, 'nobody', { biz_opaque_callback_data: 'b' });
      await sendText(emulator, ana, '!error 131048', { biz_opaque_callback_data: 'c' });
      const { sends, arrivals, refusals } = emulator.ledger();
      const at = clock.now();
      expect(sends).toMatchObject([
        {
          personId: 'ana',
          address: { by: 'phone', value: '5511999990001' },
          callbackData: 'a',
          at,
          outsideWindow: false,
        },
        { personId: null, callbackData: 'b', outsideWindow: true },
      ]);
      expect(arrivals).toEqual([
        {
          personId: 'ana',
          numberId,
          wamid: sends[0]?.wamid,
          callbackData: 'a',
          at,
          type: 'text',
          body: { type: 'text', text: { body: 'one' } },
        },
      ]);
      expect(refusals).toEqual([{ numberId, code: 131048, callbackData: 'c', at }]);
    });
  });

  test('reactions arrive too, and an offline phone takes its messages when it is back', async () => {
    await withOpenWindows({}, async (scene) => {
      const { emulator, clock } = scene;
      const target = emulator.send({ personId: 'ana', numberId, body: { type: 'text', text: { body: 'x' } } });
      emulator.updatePerson('ana', { online: false });
      const reaction = { message_id: target.id, emoji: '👍' };
      await postMessage(scene, { messaging_product: 'whatsapp', ...ana, type: 'reaction', reaction });
      expect(emulator.ledger().arrivals).toHaveLength(0);
      clock.advance(5_000);
      emulator.updatePerson('ana', { online: true });
      expect(emulator.ledger().arrivals).toMatchObject([{ type: 'reaction', at: clock.now(), body: { reaction } }]);
    });
  });

  test('a limit keeps the newest, at least that many and at most twice', () => {
    const book = makeLedger(3);
    for (let at = 0; at < 100; at++) {
      book.noteSend(sendAt(at));
      expect(book.sends.length).toBeGreaterThanOrEqual(Math.min(3, at + 1));
      expect(book.sends.length).toBeLessThanOrEqual(6);
      expect(book.sends.at(-1)?.at).toBe(at);
    }
  });
});

describe('questions about windows', () => {
  test('the busiest window of any place, its end left out', () => {
    const sends = [0, 400, 900, 1_000, 1_399, 1_400].map((at) => sendAt(at));
    const busiest = (windowMs: number): number | undefined =>
      findBusiestWindows(sends, { windowMs, by: 'number' }).get('n');
    expect([busiest(1), busiest(500), busiest(501), busiest(1_000), busiest(9_999)]).toEqual([1, 3, 4, 4, 6]);
  });

  test('each pair counts alone', () => {
    const sends = [sendAt(0, 'ana'), sendAt(0, 'ben'), sendAt(1, 'ana')];
    expect(Object.fromEntries(findBusiestWindows(sends, { windowMs: 10, by: 'pair' }))).toEqual({
      'n ana': 2,
      'n ben': 1,
    });
  });

  test('people are counted once a window, and only outside their service window', () => {
    const sends = [
      sendAt(0, 'a'),
      sendAt(1, 'b'),
      sendAt(2, 'c', false),
      sendAt(5, 'a'),
      sendAt(10, 'd'),
      sendAt(11, 'e'),
    ];
    expect([
      findMostPeople(sends, 2),
      findMostPeople(sends, 10),
      findMostPeople(sends, 11),
      findMostPeople(sends),
    ]).toEqual([2, 3, 4, 4]);
  });
});
