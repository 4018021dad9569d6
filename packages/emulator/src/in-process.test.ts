import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeVirtualClock, type VirtualClock } from './clock.ts';
import type { Emulator, EmulatorOptions, GraphResponse } from './contract.ts';
import { startEmulator } from './start.ts';
import { numberId, says, secret, token } from './testing.ts';

interface Scene {
  readonly emulator: Emulator;
  readonly clock: VirtualClock;
  readonly bodies: string[];
}

/** An emulator that opens no socket. */
async function withoutNetwork(options: Partial<EmulatorOptions>, run: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = makeVirtualClock(1_763_683_200_000);
  const bodies: string[] = [];
  const deliver: EmulatorOptions['deliver'] = (body, headers) => {
    const text = Buffer.from(body).toString('latin1');
    const isSigned =
      headers['x-hub-signature-256'] === `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    if (isSigned) bodies.push(text);
    return Promise.resolve(isSigned ? 200 : 401);
  };
  const base = { appSecret: secret, verifyToken: 'v', accessToken: token, seed: 7, listen: false };
  const emulator = await startEmulator({ ...base, clock, deliver, rules: { window: false }, ...options });
  try {
    await run({ emulator, clock, bodies });
  } finally {
    await emulator.close();
  }
}

const send = ({ emulator }: Scene, body: string, more: object = {}): Promise<GraphResponse> =>
  emulator.handle({
    method: 'post',
    url: `/v26.0/${numberId}/messages`,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ messaging_product: 'whatsapp', to: '5511999990001', type: 'text', text: { body }, ...more }),
  });

const toJson = (response: GraphResponse): unknown =>
  response.kind === 'answer' ? JSON.parse(Buffer.from(response.body).toString('utf8')) : response.kind;

describe('the Graph API without a socket', () => {
  test('answers as over HTTP', async () => {
    await withoutNetwork({}, async (scene) => {
      const response = await send(scene, 'Olá');
      expect(response).toMatchObject({ kind: 'answer', status: 200, headers: { 'x-fb-trace-id': expect.any(String) } });
      expect(toJson(response)).toMatchObject({ contacts: [{ wa_id: '5511999990001' }] });
      expect(scene.emulator.inbox('ana')).toHaveLength(1);
    });
  });

  test.each([
    ['!lost', 'cut'],
    ['!silence', 'silence'],
  ])('%s: processed, then %s', async (text, kind) => {
    await withoutNetwork({}, async (scene) => {
      expect(await send(scene, text)).toEqual({ kind });
      expect(scene.emulator.inbox('ana')).toHaveLength(1);
    });
  });

  test('the faults by chance do the same', async () => {
    await withoutNetwork({ faults: { noAnswer: 1 } }, async (scene) => {
      expect(await send(scene, 'hi')).toEqual({ kind: 'silence' });
      scene.emulator.setFaults({ lostAnswer: 1 });
      expect(await send(scene, 'hi')).toEqual({ kind: 'cut' });
      expect(scene.emulator.ledger().sends).toHaveLength(2);
    });
  });

  test('slow answers wait for the clock', async () => {
    await withoutNetwork({}, async (scene) => {
      let response: GraphResponse | null = null;
      const answered = (async () => {
        response = await send(scene, '!slow');
      })();
      await scene.emulator.quiet();
      scene.clock.advance(4_999);
      expect(response).toBeNull();
      scene.clock.advance(1);
      await answered;
      expect(response).toMatchObject({ status: 200 });
    });
  });

  test('media come and go by the address the answer names', async () => {
    await withoutNetwork({}, async ({ emulator }) => {
      const file = { base64: 'AAEC', mimeType: 'image/png' };
      const sent = emulator.send({ personId: 'ana', numberId, body: { type: 'image', file } });
      const headers = { authorization: `Bearer ${token}` };
      const { id } = sent.body.image as { id: string };
      const found = toJson(await emulator.handle({ method: 'GET', url: `/${id}`, headers })) as { url: string };
      const bytes = await emulator.handle({ method: 'GET', url: found.url, headers });
      expect(bytes).toMatchObject({ kind: 'answer', status: 200, headers: { 'content-type': 'image/png' } });
      expect(bytes.kind === 'answer' && [...bytes.body]).toEqual([0, 1, 2]);
    });
  });
});

describe('webhooks without a socket', () => {
  test('arrive signed; what is not answered 200 comes again', async () => {
    const answers = [503, new Error('gone'), 200];
    const seen: number[] = [];
    const deliver = (body: Uint8Array): Promise<number> => {
      seen.push(body.length);
      const next = answers.shift() ?? 200;
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    };
    await withoutNetwork({ deliver }, async ({ emulator, clock }) => {
      emulator.send(says('ana'));
      for (let round = 0; round < 3; round++) {
        await emulator.quiet();
        clock.advance(10_000);
      }
      await emulator.settled();
      expect([seen.length, new Set(seen).size]).toEqual([3, 1]);
      expect(emulator.stats()).toMatchObject({ accepted: 1, refused: 2, retried: 2 });
    });
  });

  test('a simulated day of 4,320 replies is the same bytes twice', async () => {
    const day = async (): Promise<string> => {
      let all = '';
      await withoutNetwork({ concurrency: 1, rules: { window: false, pairRate: false } }, async (scene) => {
        for (let minute = 0; minute < 1_440; minute++) {
          for (let each = 0; each < 3; each++) await send(scene, `${minute}/${each}`);
          scene.clock.advance(60_000);
          await scene.emulator.quiet();
        }
        await scene.emulator.settled();
        const { sends, arrivals } = scene.emulator.ledger();
        expect([sends.length, arrivals.length]).toEqual([4_320, 4_320]);
        all = scene.bodies.join('\n');
      });
      return all;
    };
    const [first, second] = [await day(), await day()];
    expect(first.length).toBeGreaterThan(5_000_000);
    expect(second === first).toBe(true);
  });
});
