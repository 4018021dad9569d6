/**
 * Meta's side with a memory: the emulator's Graph API behind a server that writes down every request, and answers as a
 * test wants when it wants something else.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Emulator, startEmulator } from '@wharf/emulator';
import { ACCOUNT, NUMBER, SECRETS } from './secrets.ts';

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  readonly body: string;
}

/** Answers in the emulator's place; false: it is none of this rule's. */
export type Rule = (request: Recorded, res: ServerResponse) => boolean;

export interface RecordingGraph extends AsyncDisposable {
  readonly url: string;
  readonly emulator: Emulator;
  /** Everything that was asked, in order. */
  readonly all: readonly Recorded[];
  /** What changes something at Meta, from `mark` (a length of `all`) on. */
  changes(mark?: number): Recorded[];
  /** Texts of the messages sent from `mark` on. */
  texts(mark?: number): string[];
  /** Until the returned function is called. */
  rule(rule: Rule): () => void;
}

async function record(req: IncomingMessage): Promise<Recorded> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const { method = 'GET', url = '/' } = req;
  const authorization = req.headers.authorization ?? null;
  return { method, path: url, authorization, body: Buffer.concat(chunks).toString('latin1') };
}

async function pass(
  emulator: Emulator,
  { method, path, body }: Recorded,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const headers = Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)]));
  const url = `http://${req.headers.host ?? '127.0.0.1'}${path}`;
  const answer = await emulator.handle({ method, url, headers, body: Buffer.from(body, 'latin1') });
  if (answer.kind === 'answer') res.writeHead(answer.status, answer.headers).end(answer.body);
  else res.destroy();
}

function toText({ body }: Recorded): string[] {
  const { text, status } = JSON.parse(Buffer.from(body, 'latin1').toString('utf8')) as {
    text?: { body?: string };
    status?: string;
  };
  return status === undefined && text?.body !== undefined ? [text.body] : [];
}

const number = { id: NUMBER, displayPhoneNumber: '15550001111', verifiedName: 'Target' };

export async function startRecordingGraph(): Promise<RecordingGraph> {
  const { appSecret, verifyToken, accessToken } = SECRETS;
  const limits = { window: false, pairRate: false, throughput: false };
  const meta = { appSecret, verifyToken, accessToken, wabaId: ACCOUNT, numbers: [number], rules: limits };
  const emulator = await startEmulator({ ...meta, listen: false, seed: 1, linkHosts: [] });
  const all: Recorded[] = [];
  const rules = new Set<Rule>();
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const request = await record(req);
    all.push(request);
    if (![...rules].some((rule) => rule(request, res))) await pass(emulator, request, req, res);
  };
  const server = createServer((req, res) => void serve(req, res).catch(() => res.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const changes = (mark = 0) => all.slice(mark).filter(({ method }) => method !== 'GET');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    emulator,
    all,
    changes,
    texts: (mark = 0) =>
      changes(mark)
        .filter(({ path }) => path.endsWith('/messages'))
        .flatMap(toText),
    rule(rule) {
      rules.add(rule);
      return () => void rules.delete(rule);
    },
    async [Symbol.asyncDispose]() {
      await emulator.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
