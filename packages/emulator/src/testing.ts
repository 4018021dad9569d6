import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeVirtualClock, type VirtualClock } from './clock.ts';
import type { Emulator, EmulatorOptions } from './contract.ts';
import { startEmulator } from './start.ts';

/** For tests: a webhook on loopback that remembers what came, and emulators that end with their test. */

export const secret = 'test-app-secret';
export const token = 'test-access-token';
export const numberId = '106540352242922';
export const wabaId = '102290129340398';

export interface Delivery {
  readonly text: string;
  readonly body: WebhookBody;
  readonly isSigned: boolean;
}

interface WebhookBody {
  readonly object: string;
  readonly entry: readonly { readonly id: string; readonly changes: readonly { readonly value: Value }[] }[];
}
interface Value {
  readonly metadata: { readonly phone_number_id: string };
  readonly contacts?: readonly Record<string, unknown>[];
  readonly messages?: readonly Record<string, unknown>[];
  readonly statuses?: readonly Record<string, unknown>[];
}

export interface Receiver {
  readonly url: string;
  /** Correctly signed deliveries that were answered 200, in order. */
  readonly taken: Delivery[];
  /** Everything that came. */
  readonly all: Delivery[];
  /** Status for the next deliveries with a right signature; 200 when empty. */
  readonly nextStatuses: number[];
  /** Verify token the challenge must carry. */
  verifyToken: string;
  readonly close: () => Promise<void>;
}

/** `port` 0 is any free one. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const receiver = {
    taken: [] as Delivery[],
    all: [] as Delivery[],
    nextStatuses: [] as number[],
    verifyToken: 'test-verify',
  };
  const server = createServer((request, response) => {
    if (request.method === 'GET') answerChallenge(request, response, receiver.verifyToken);
    else void take(request, response, receiver);
  });
  const url = await listen(server, port);
  return Object.assign(receiver, { url: `${url}/webhook`, close: () => stop(server) });
}

function answerChallenge(request: IncomingMessage, response: ServerResponse, verifyToken: string): void {
  const url = new URL(request.url ?? '/', 'http://receiver.invalid');
  const isRight = url.searchParams.get('hub.verify_token') === verifyToken;
  response.writeHead(isRight ? 200 : 403).end(isRight ? url.searchParams.get('hub.challenge') : '');
}

type Book = Pick<Receiver, 'taken' | 'all' | 'nextStatuses'>;

async function take(request: IncomingMessage, response: ServerResponse, receiver: Book): Promise<void> {
  const text = await readText(request);
  const expected = `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
  const isSigned = request.headers['x-hub-signature-256'] === expected;
  const delivery = { text, isSigned, body: JSON.parse(text) as WebhookBody };
  receiver.all.push(delivery);
  const status = isSigned ? (receiver.nextStatuses.shift() ?? 200) : 401;
  if (status === 200) receiver.taken.push(delivery);
  response.writeHead(status).end();
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

const startMs = 1_763_683_200_000;

export interface Scene {
  readonly emulator: Emulator;
  readonly receiver: Receiver;
  readonly clock: VirtualClock;
  /** Advances time until nothing is pending. */
  readonly finish: () => Promise<void>;
}

/** A virtual clock, a connected receiver and an emulator; all end with `run`. */
export async function withScene(
  options: Partial<EmulatorOptions>,
  run: (scene: Scene) => Promise<void>,
): Promise<void> {
  const clock = makeVirtualClock(startMs);
  const receiver = await startReceiver();
  const emulator = await startEmulator({
    appSecret: secret,
    verifyToken: 'test-verify',
    accessToken: token,
    webhookUrl: receiver.url,
    seed: 7,
    clock,
    ...options,
  });
  try {
    await run({ emulator, receiver, clock, finish: () => finish(emulator, clock) });
  } finally {
    await emulator.close();
    await receiver.close();
  }
}

async function finish(emulator: Emulator, clock: VirtualClock): Promise<void> {
  await emulator.quiet();
  for (let round = 0; emulator.stats().pending > 0; round++) {
    if (round > 10_000) throw new Error(`Still ${emulator.stats().pending} pending.`);
    clock.advance(100);
    await emulator.quiet();
  }
  await emulator.settled();
}

export const updatesOf = (deliveries: readonly Delivery[], kind: 'messages' | 'statuses'): Record<string, unknown>[] =>
  deliveries.flatMap(({ body }) =>
    body.entry.flatMap(({ changes }) => changes.flatMap(({ value }) => [...(value[kind] ?? [])])),
  );

export interface GraphReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly code: number | undefined;
}

export interface Call {
  readonly method?: string;
  readonly json?: unknown;
  readonly body?: string | FormData;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A Graph call with the right token; a body makes it a JSON POST. */
export async function graph(emulator: Emulator, path: string, init: Call = {}): Promise<GraphReply> {
  const { json, ...rest } = init;
  const body = json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) };
  const headers = {
    authorization: `Bearer ${token}`,
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...rest.headers,
  };
  const response = await fetch(`${emulator.url}${path}`, { ...body, ...rest, headers });
  const parsed = (await response.json()) as Record<string, unknown>;
  const code = (parsed.error as { code?: number } | undefined)?.code;
  return { status: response.status, headers: response.headers, body: parsed, code };
}

export const sendText = (emulator: Emulator, to: object, body = 'hello', more: object = {}): Promise<GraphReply> =>
  graph(emulator, `/v26.0/${numberId}/messages`, {
    json: { messaging_product: 'whatsapp', ...to, type: 'text', text: { body }, ...more },
  });

export const says = (personId: string, body = 'hello') => ({
  personId,
  numberId,
  body: { type: 'text' as const, text: { body } },
});

export const ana = { to: '+55 (11) 99999-0001' };

export const postMessage = ({ emulator }: Scene, json: unknown): Promise<GraphReply> =>
  graph(emulator, `/v26.0/${numberId}/messages`, { json });

/** A scene where Ana and Dana have written. */
export const withOpenWindows = (
  options: Partial<EmulatorOptions>,
  run: (scene: Scene) => Promise<void>,
): Promise<void> =>
  withScene(options, async (scene) => {
    scene.emulator.send(says('ana'));
    scene.emulator.send(says('dana'));
    await scene.finish();
    await run(scene);
  });
