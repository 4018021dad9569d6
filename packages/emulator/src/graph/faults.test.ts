import { describe, expect, test } from 'vitest';
import { ana, sendText, updatesOf, withOpenWindows } from '../testing.ts';

describe('faults of the Graph API', () => {
  test.each([
    ['serverError', [500, 503]],
    ['throttle', [400]],
  ] as const)('%s refuses without taking the message', async (fault, statuses) => {
    await withOpenWindows({ faults: { [fault]: 1 } }, async ({ emulator }) => {
      for (let each = 0; each < 5; each++) expect(statuses).toContain((await sendText(emulator, ana)).status);
      expect(emulator.inbox('ana')).toHaveLength(0);
    });
  });

  test('lostAnswer takes the message and cuts the connection', async () => {
    await withOpenWindows({ faults: { lostAnswer: 1 } }, async ({ emulator, receiver, finish }) => {
      await expect(sendText(emulator, ana)).rejects.toThrow('fetch failed');
      await finish();
      expect(emulator.inbox('ana')).toHaveLength(1);
      expect(updatesOf(receiver.taken, 'statuses')).toHaveLength(3);
    });
  });

  test('html answers a page with 502', async () => {
    await withOpenWindows({ faults: { html: 1 } }, async ({ emulator }) => {
      await expect(sendText(emulator, ana)).rejects.toThrow(/JSON/);
      expect(emulator.inbox('ana')).toHaveLength(0);
    });
  });

  test('slow answers after slowMs of the clock', async () => {
    await withOpenWindows({ faults: { slow: 1, slowMs: 60_000 } }, async ({ emulator, clock }) => {
      let isAnswered = false;
      const reply = sendText(emulator, ana).then((given) => {
        isAnswered = true;
        return given;
      });
      const { promise: arrived, resolve } = Promise.withResolvers<void>();
      const look = (): void => (emulator.inbox('ana').length > 0 ? resolve() : void setImmediate(look));
      look();
      await arrived;
      clock.advance(59_999);
      await new Promise((soon) => setImmediate(soon));
      expect(isAnswered).toBe(false);
      clock.advance(1);
      expect((await reply).status).toBe(200);
    });
  });
});
