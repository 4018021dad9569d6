import { makeVirtualClock, type VirtualClock } from './clock.ts';
import type { Emulator, EmulatorOptions } from './contract.ts';
import { startEmulator } from './start.ts';
import { numberId, secret, token, wabaId } from './testing.ts';

/** For tests: an emulator without a network, and what it says. */

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly code: number | undefined;
  readonly subcode: number | undefined;
}

export interface Change {
  readonly field: string;
  readonly value: Record<string, unknown>;
}

export interface PlainScene {
  readonly emulator: Emulator;
  readonly clock: VirtualClock;
  /** A Graph call with the right token; with `json` a POST. */
  readonly call: (path: string, json?: unknown, method?: string) => Promise<Reply>;
  /** A send of `message` to Ana, or to whom it names. */
  readonly send: (message: object) => Promise<Reply>;
  /** Moves time on, a tenth of a second at a step at most, until nothing is under way. */
  readonly pass: (ms: number) => Promise<void>;
  /** Values of the webhooks so far, oldest first; of one field. */
  readonly values: (field: string) => Record<string, unknown>[];
  /** Webhook bodies as they came. */
  readonly texts: string[];
}

export async function withPlain(
  options: Partial<EmulatorOptions>,
  run: (scene: PlainScene) => Promise<void>,
): Promise<void> {
  const clock = makeVirtualClock(1_763_683_200_000);
  const texts: string[] = [];
  const deliver = (body: Uint8Array): Promise<number> => {
    texts.push(Buffer.from(body).toString('latin1'));
    return Promise.resolve(200);
  };
  const base = { appSecret: secret, verifyToken: 'v', accessToken: token, seed: 7, listen: false };
  const emulator = await startEmulator({ ...base, clock, deliver, rules: { window: false }, ...options });
  try {
    await run({ ...toCalls(emulator), emulator, clock, texts, pass: toPass(emulator, clock), values: toValues(texts) });
  } finally {
    await emulator.close();
  }
}

function toCalls(emulator: Emulator): Pick<PlainScene, 'call' | 'send'> {
  const call: PlainScene['call'] = async (path, json, method = json === undefined ? 'GET' : 'POST') => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = json === undefined ? '' : JSON.stringify(json);
    const response = await emulator.handle({ method, url: path, headers, body });
    if (response.kind !== 'answer') throw new Error(`No answer: ${response.kind}`);
    return toReply(response.status, JSON.parse(Buffer.from(response.body).toString('utf8')) as Reply['body']);
  };
  const send: PlainScene['send'] = (message) =>
    call(`/v26.0/${numberId}/messages`, { messaging_product: 'whatsapp', to: '5511999990001', ...message });
  return { call, send };
}

function toReply(status: number, body: Reply['body']): Reply {
  const error = body.error as { code?: number; error_subcode?: number } | undefined;
  return { status, body, code: error?.code, subcode: error?.error_subcode };
}

const toPass =
  (emulator: Emulator, clock: VirtualClock): PlainScene['pass'] =>
  async (ms) => {
    for (let left = ms; left > 0; ) {
      await emulator.quiet();
      const step = emulator.stats().pending > 0 ? Math.min(left, 100) : left;
      clock.advance(step);
      left -= step;
    }
    await emulator.quiet();
  };

const toValues =
  (texts: readonly string[]): PlainScene['values'] =>
  (field) =>
    texts
      .flatMap((text) => (JSON.parse(text) as { entry: { changes: Change[] }[] }).entry)
      .flatMap(({ changes }) => changes)
      .filter((change) => change.field === field)
      .map(({ value }) => value);

export const statusesOf = (scene: PlainScene): Record<string, unknown>[] =>
  scene.values('messages').flatMap((value) => (value.statuses ?? []) as Record<string, unknown>[]);

export const text = (body = 'hello'): object => ({ type: 'text', text: { body } });

export const template = (name: string, components: unknown = [], code = 'en_US'): object => ({
  type: 'template',
  template: { name, language: { code }, components },
});

/** Creates a template and, unless it waits for its review, approves it; answers its id. */
export async function addTemplate(scene: PlainScene, given: object, approve = true): Promise<string> {
  const base = { name: 'note', language: 'en_US', category: 'UTILITY' };
  const reply = await scene.call(`/v26.0/${wabaId}/message_templates`, { ...base, ...given });
  if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
  const id = String(reply.body.id);
  if (approve) scene.emulator.setTemplate(id, { status: 'APPROVED' });
  return id;
}
