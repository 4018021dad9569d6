/**
 * A Graph API that misbehaves on request: the text of a message says how it is answered. What arrived is kept.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const MISBEHAVIOURS = ['html', 'nothing', 'garbage', 'cut', 'hang', 'half', 'no id'] as const;
export type Misbehaviour = (typeof MISBEHAVIOURS)[number];

export interface FakeGraph extends AsyncDisposable {
  readonly url: string;
  /** Texts in the order they came, repeats included. */
  readonly texts: readonly string[];
}

interface Send {
  readonly to?: string;
  readonly text?: { readonly body?: string };
}

async function readSend(req: IncomingMessage): Promise<Send> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Send;
}

const json = (res: ServerResponse, body: string): void =>
  void res.writeHead(200, { 'content-type': 'application/json' }).end(body);

const toAccepted = (to: string | undefined, n: number): string =>
  JSON.stringify({
    messaging_product: 'whatsapp',
    contacts: [{ input: to, wa_id: to }],
    messages: [{ id: `wamid.FAKE${n}` }],
  });

export function misbehave(res: ServerResponse, how: Misbehaviour): void {
  switch (how) {
    case 'html':
      return void res.writeHead(502, { 'content-type': 'text/html' }).end('<html><h1>Bad gateway</h1></html>');
    case 'nothing':
      return void res.writeHead(200, { 'content-length': 0 }).end();
    case 'garbage':
      return json(res, '\u0000{"messages":[{"id":');
    case 'no id':
      return json(res, '{"messaging_product":"whatsapp","messages":[{}]}');
    case 'half':
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
      return void res.write('{"messaging', () => res.destroy());
    case 'cut':
      return void res.destroy();
    case 'hang':
      return undefined;
  }
}

export async function startFakeGraph(): Promise<FakeGraph> {
  const texts: string[] = [];
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { to, text } = await readSend(req);
    const body = text?.body ?? '';
    texts.push(body);
    const how = MISBEHAVIOURS.find((word) => word === body);
    if (how) misbehave(res, how);
    else json(res, toAccepted(to, texts.length));
  };
  const server: Server = createServer((req, res) => void answer(req, res).catch(() => res.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    texts,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
