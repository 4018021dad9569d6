import { describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../contract.ts';
import { says, secret, sendText, startReceiver, updatesOf, withScene } from '../testing.ts';
import { startEmulator } from '../start.ts';
import { toBackoffMs } from './backoff.ts';
import { signBody } from './sign.ts';

const idsOf = (updates: readonly Record<string, unknown>[]): unknown[] => updates.map(({ id }) => id);

test('a webhook is signed over its escaped bytes', async () => {
  await withScene({}, async ({ emulator, receiver, finish }) => {
    emulator.send(says('ana', 'Olá 👍 https://x.org'));
    await finish();
    const [delivery] = receiver.taken;
    expect(delivery?.text).toContain('"body":"Ol\\u00e1 \\ud83d\\udc4d https:\\/\\/x.org"');
    expect(delivery?.text).toMatch(/^[\x20-\x7e]*$/);
    expect(delivery?.isSigned).toBe(true);
  });
});

describe('batches', () => {
  test('hold as many updates as drawn, and mix messages and statuses in one value', async () => {
    await withScene(
      { batch: { min: 5, max: 20, waitMs: 50 }, statusDelayMs: 10 },
      async ({ emulator, receiver, finish }) => {
        emulator.send(says('ana'));
        await finish();
        for (let each = 0; each < 20; each++) await sendText(emulator, { to: '5511999990001' });
        for (let each = 0; each < 20; each++) emulator.send(says('ana', `message ${each}`));
        await finish();
        const sizes = receiver.taken.map(
          (each) => updatesOf([each], 'messages').length + updatesOf([each], 'statuses').length,
        );
        const values = receiver.taken.flatMap(({ body }) =>
          body.entry.flatMap(({ changes }) => changes.map(({ value }) => value)),
        );
        expect(Math.max(...sizes)).toBeGreaterThanOrEqual(5);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(20);
        expect(values.some((value) => value.messages !== undefined && value.statuses !== undefined)).toBe(true);
        expect(updatesOf(receiver.taken, 'statuses')).toHaveLength(60);
      },
    );
  });

  test('leave when the wait is over though they are not full', async () => {
    await withScene({ batch: { min: 50, max: 50, waitMs: 30 } }, async ({ emulator, receiver, clock }) => {
      emulator.send(says('ana'));
      emulator.send(says('ben'));
      clock.advance(29);
      await emulator.quiet();
      expect(receiver.taken).toHaveLength(0);
      clock.advance(1);
      await emulator.settled();
      expect(updatesOf(receiver.taken, 'messages')).toHaveLength(2);
    });
  });

  test('are cut in two before they pass 3 MB', async () => {
    await withScene({ batch: { min: 400, max: 400, waitMs: 50 } }, async ({ emulator, receiver, finish }) => {
      for (let each = 0; each < 400; each++) emulator.send(says('ana', '😀'.repeat(1_000)));
      await finish();
      expect(receiver.taken.length).toBeGreaterThan(1);
      for (const { text } of receiver.taken) expect(text.length).toBeLessThanOrEqual(3_000_000);
      expect(updatesOf(receiver.taken, 'messages')).toHaveLength(400);
    });
  });
});

describe('retry', () => {
  test('repeats the same bytes after 1, 2, 4 s until 200', async () => {
    await withScene({}, async ({ emulator, receiver, clock }) => {
      receiver.nextStatuses.push(503, 500, 202);
      const message = emulator.send(says('ana'));
      await emulator.quiet();
      for (const waitMs of [1_200, 2_400, 4_800]) {
        expect(message.ticks).toBe('sent');
        clock.advance(waitMs);
        await emulator.quiet();
      }
      await emulator.settled();
      expect(receiver.all).toHaveLength(4);
      expect(new Set(receiver.all.map(({ text }) => text)).size).toBe(1);
      expect(message.ticks).toBe('delivered');
      expect(emulator.stats()).toMatchObject({ posted: 4, accepted: 1, refused: 3, retried: 3, pending: 0 });
    });
  });

  test('does not repeat before its time', async () => {
    await withScene({}, async ({ emulator, receiver, clock }) => {
      receiver.nextStatuses.push(503);
      emulator.send(says('ana'));
      await emulator.quiet();
      clock.advance(799);
      await emulator.quiet();
      expect(receiver.all).toHaveLength(1);
    });
  });

  test('goes on while nobody listens, and delivers once somebody does', async () => {
    const receiver = await startReceiver();
    const url = receiver.url;
    await receiver.close();
    await withScene({ webhookUrl: url }, async ({ emulator, clock, receiver: later }) => {
      emulator.send(says('ana'));
      await emulator.quiet();
      expect(emulator.stats()).toMatchObject({ accepted: 0, refused: 1, pending: 1 });
      await emulator.connect(later.url);
      clock.advance(1_200);
      await emulator.settled();
      expect(later.taken).toHaveLength(1);
    });
  });

  test('ends after the time to give up', async () => {
    await withScene({ retry: { giveUpMs: 5_000 } }, async ({ emulator, receiver, finish }) => {
      receiver.nextStatuses.push(...Array.from({ length: 20 }, () => 500));
      emulator.send(says('ana'));
      await finish();
      expect(emulator.stats()).toMatchObject({ accepted: 0, lost: 1, pending: 0 });
    });
  });

  test('doubles its wait up to the cap, give or take a fifth', () => {
    const shape = { firstMs: 1_000, maxMs: 30_000, giveUpMs: 1 };
    const waits = [1, 2, 3, 6, 400].map((attempt) => toBackoffMs(shape, attempt, () => 0.5));
    expect(waits).toEqual([1_000, 2_000, 4_000, 30_000, 30_000]);
    expect([toBackoffMs(shape, 1, () => 0), toBackoffMs(shape, 1, () => 1)]).toEqual([800, 1_200]);
  });
});

describe('faults', () => {
  const send = (count: number, emulator: { send: (message: ReturnType<typeof says>) => unknown }): void => {
    for (let each = 0; each < count; each++) emulator.send(says('ana', `message ${each}`));
  };

  test('duplicate: the same bytes come twice', async () => {
    await withScene({ faults: { duplicate: 1 } }, async ({ emulator, receiver, finish }) => {
      send(10, emulator);
      await finish();
      expect(receiver.taken).toHaveLength(20);
      expect(new Set(receiver.taken.map(({ text }) => text)).size).toBe(10);
    });
  });

  test('reorder: everything comes, in another order', async () => {
    await withScene({ faults: { reorder: 0.5 }, concurrency: 1 }, async ({ emulator, receiver, finish }) => {
      const sent = Array.from({ length: 30 }, (_, each) => emulator.send(says('ana', `message ${each}`)).id);
      await finish();
      const came = idsOf(updatesOf(receiver.taken, 'messages'));
      expect(came).not.toEqual(sent);
      expect(new Set(came)).toEqual(new Set(sent));
    });
  });

  test('reorderStatuses: messages keep their order', async () => {
    await withScene(
      { faults: { reorderStatuses: 0.5 }, concurrency: 1, statusDelayMs: 10 },
      async ({ emulator, receiver, finish }) => {
        const sent = Array.from({ length: 30 }, (_, each) => emulator.send(says('ana', `message ${each}`)).id);
        for (let each = 0; each < 10; each++) await sendText(emulator, { to: '5511999990001' });
        await finish();
        expect(idsOf(updatesOf(receiver.taken, 'messages'))).toEqual(sent);
        const statuses = updatesOf(receiver.taken, 'statuses').map(({ status }) => status);
        const natural = ['sent', 'delivered', 'read'].flatMap((status) => Array.from({ length: 10 }, () => status));
        expect(statuses).not.toEqual(natural);
        expect(new Set(statuses)).toEqual(new Set(natural));
        expect(statuses).toHaveLength(30);
      },
    );
  });

  test('delay: the POST comes later, within the bound', async () => {
    await withScene({ faults: { delay: 1, maxDelayMs: 500 } }, async ({ emulator, receiver, clock }) => {
      send(10, emulator);
      await emulator.quiet();
      expect(receiver.taken.length).toBeLessThan(10);
      clock.advance(500);
      await emulator.settled();
      expect(receiver.taken).toHaveLength(10);
    });
  });

  test('drop: nothing comes at first, then it does', async () => {
    await withScene({ faults: { drop: 1 } }, async ({ emulator, receiver, clock }) => {
      send(5, emulator);
      await emulator.quiet();
      expect(receiver.all).toHaveLength(0);
      clock.advance(1_200);
      await emulator.settled();
      expect(receiver.taken).toHaveLength(5);
      expect(emulator.stats()).toMatchObject({ posted: 5, retried: 5 });
    });
  });

  test('badSignature: a forged copy comes first and must be refused', async () => {
    await withScene({ faults: { badSignature: 1 } }, async ({ emulator, receiver, finish }) => {
      send(3, emulator);
      await finish();
      expect(receiver.all.filter(({ isSigned }) => !isSigned)).toHaveLength(3);
      expect(receiver.taken).toHaveLength(3);
      expect(emulator.stats()).toMatchObject({ forgedAccepted: 0, accepted: 3, refused: 3 });
    });
  });

  test('setFaults changes what goes wrong from then on', async () => {
    await withScene({ faults: { duplicate: 1 } }, async ({ emulator, receiver, finish }) => {
      emulator.setFaults({ duplicate: 0 });
      send(3, emulator);
      await finish();
      expect(receiver.taken).toHaveLength(3);
    });
  });
});

describe('the seed', () => {
  const options: Partial<EmulatorOptions> = {
    concurrency: 1,
    batch: { min: 1, max: 6, waitMs: 40 },
    statusDelayMs: 15,
    faults: { duplicate: 0.3, reorder: 0.3, delay: 0.3, drop: 0.2, badSignature: 0.2, maxDelayMs: 300 },
  };
  const record = async (seed: number): Promise<string[]> => {
    const texts: string[] = [];
    await withScene({ ...options, seed }, async ({ emulator, receiver, clock, finish }) => {
      for (let each = 0; each < 25; each++) {
        emulator.send(says(each % 2 === 0 ? 'ana' : 'dana', `message ${each}`));
        await sendText(emulator, { to: '5511999990001' }, `reply ${each}`);
        clock.advance(7);
      }
      await finish();
      texts.push(...receiver.all.map(({ text, isSigned }) => `${isSigned} ${text}`));
    });
    return texts;
  };

  test('repeats the byte stream of webhooks under a virtual clock', async () => {
    const [first, second] = [await record(11), await record(11)];
    expect(first.length).toBeGreaterThan(20);
    expect(second).toEqual(first);
  });

  test('another seed gives another stream', async () => {
    expect(await record(12)).not.toEqual(await record(11));
  });
});

describe('without a webhook', () => {
  test('updates wait until one is connected', async () => {
    const receiver = await startReceiver();
    const emulator = await startEmulator({ appSecret: secret, verifyToken: 'test-verify', accessToken: 't', seed: 1 });
    emulator.send(says('ana'));
    emulator.send(says('ben'));
    await emulator.quiet();
    expect(emulator.stats()).toMatchObject({ pending: 2, posted: 0 });
    await emulator.connect(receiver.url);
    await emulator.settled();
    expect(receiver.taken).toHaveLength(2);
    await emulator.close();
    await receiver.close();
  });

  test('connecting to a callback with another verify token is refused', async () => {
    await withScene({ verifyToken: 'other' }, async ({ emulator, receiver }) => {
      await expect(emulator.connect(receiver.url)).rejects.toThrow(/HTTP Status Code = 403/);
      await expect(emulator.connect('not an address')).rejects.toThrow(/not an http or https address/);
    });
  });
});

test('the signature of a body differs by a single byte', () => {
  expect(signBody('{"a":1}', secret)).not.toBe(signBody('{"a":2}', secret));
});
