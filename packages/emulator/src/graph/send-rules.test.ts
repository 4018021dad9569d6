import { describe, expect, test } from 'vitest';
import { ana, postMessage, sendText, updatesOf, withOpenWindows, withScene } from '../testing.ts';

describe('rules', () => {
  test('the window closes after 24 hours and a template passes it', async () => {
    await withOpenWindows({}, async (scene) => {
      scene.clock.advance(24 * 3_600_000 - 60_000);
      expect((await sendText(scene.emulator, ana)).status).toBe(200);
      scene.clock.advance(120_000);
      expect((await sendText(scene.emulator, ana)).code).toBe(131047);
      const template = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
      expect((await postMessage(scene, { messaging_product: 'whatsapp', ...ana, ...template })).status).toBe(200);
    });
  });

  test('46 sends to one person: the last is refused with 131056 until 6 s have passed', async () => {
    await withOpenWindows({}, async ({ emulator, clock }) => {
      const codes = [];
      for (let each = 0; each < 46; each++) codes.push((await sendText(emulator, ana)).code);
      expect(codes.indexOf(131056)).toBe(45);
      clock.advance(6_000);
      expect((await sendText(emulator, ana)).status).toBe(200);
    });
  });

  test('phone and BSUID of one person share the pair budget', async () => {
    await withOpenWindows({}, async ({ emulator }) => {
      for (let each = 0; each < 45; each++) await sendText(emulator, ana);
      expect((await sendText(emulator, { recipient: 'BR.74319020001' })).code).toBe(131056);
    });
  });

  test('sends beyond the throughput are refused with 130429', async () => {
    await withOpenWindows({ messagesPerSecond: 10, rules: { pairRate: false } }, async ({ emulator, clock }) => {
      clock.advance(1_000);
      const codes = [];
      for (let each = 0; each < 12; each++) codes.push((await sendText(emulator, ana)).code);
      expect(codes.filter((code) => code === 130429)).toHaveLength(2);
      clock.advance(999);
      expect((await sendText(emulator, ana)).code).toBe(130429);
      clock.advance(1);
      expect((await sendText(emulator, ana)).status).toBe(200);
    });
  });

  test('each rule can be switched off', async () => {
    const rules = { window: false, pairRate: false, throughput: false };
    await withScene({ rules, messagesPerSecond: 1 }, async ({ emulator }) => {
      for (let each = 0; each < 50; each++) expect((await sendText(emulator, ana)).status).toBe(200);
    });
  });
});

describe('sentinels', () => {
  test.each([
    ['a text that asks for an error', ana, '!error 131048', [131048, 400]],
    ['a code we have no row for', ana, '!error 999', [999, 400]],
    ['a text without a code', ana, '!error', [131000, 500]],
    ['a recipient that asks for an error', { to: '999000130429' }, 'hi', [130429, 400]],
  ])('%s', async (_, to, text, expected) => {
    await withOpenWindows({}, async ({ emulator }) => {
      const reply = await sendText(emulator, to, text);
      expect([reply.code, reply.status]).toEqual(expected);
    });
  });

  test.each([
    ['a text', ana, '!fail 131049', 131049],
    ['a recipient', { to: '999001131050' }, 'hi', 131050],
    ['a stranger', { to: '4915112345678' }, 'hi', 131026],
  ])('%s that fails later: taken, then a failed status', async (_, to, text, code) => {
    await withOpenWindows({}, async ({ emulator, receiver, finish }) => {
      const { status } = await sendText(emulator, to, text, { biz_opaque_callback_data: 'mine' });
      await finish();
      expect(status).toBe(200);
      expect(updatesOf(receiver.taken, 'statuses')).toEqual([
        expect.objectContaining({
          status: 'failed',
          biz_opaque_callback_data: 'mine',
          errors: [expect.objectContaining({ code })],
        }),
      ]);
      expect(emulator.inbox('ana')).toHaveLength(0);
    });
  });

  test('media at a host that cannot exist fails with 131052', async () => {
    await withOpenWindows({}, async (scene) => {
      await postMessage(scene, {
        messaging_product: 'whatsapp',
        ...ana,
        type: 'image',
        image: { link: 'https://files.invalid/a.png' },
      });
      await scene.finish();
      expect(updatesOf(scene.receiver.taken, 'statuses')).toMatchObject([
        { status: 'failed', errors: [{ code: 131052 }] },
      ]);
    });
  });

  test('!lost: the message arrives but the answer does not', async () => {
    await withOpenWindows({}, async ({ emulator }) => {
      await expect(sendText(emulator, ana, '!lost')).rejects.toThrow('fetch failed');
      expect(emulator.inbox('ana')).toHaveLength(1);
    });
  });
});
