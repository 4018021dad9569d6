import { createServer } from 'node:http';
import { duplexPair, type Duplex } from 'node:stream';
import type { Gateway } from '../../../packages/server/src/gateway/index.ts';
import type { Process } from '../engine/process.ts';

/** A webhook request as it goes over the wire. */
export interface Post {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body after which the line is cut; all of it otherwise. */
  readonly cutAfter?: number;
}

/** The way into a process: Node's own HTTP server over connections in memory, and the real gateway behind it. */
export interface Door {
  /** The status of the answer; null: the connection ended without one. */
  post(request: Post): Promise<number | null>;
}

const PATH = '/webhooks/whatsapp';

function toHead({ headers, body }: Post): string {
  const all = { host: 'wharf', connection: 'close', 'content-length': String(body.length), ...headers };
  return `POST ${PATH} HTTP/1.1\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
}

function readStatus(near: Duplex): Promise<number | null> {
  return new Promise((resolve) => {
    near.on('data', (bytes: Buffer) => {
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(bytes.toString('latin1'))?.[1];
      if (status !== undefined) resolve(Number(status));
    });
    near.on('error', () => resolve(null));
    near.on('close', () => resolve(null));
    near.on('end', () => resolve(null));
  });
}

export function makeDoor(process: Process, gateway: Gateway): Door {
  const server = createServer((req, res) => {
    if (!gateway.handle(req, res)) res.writeHead(404).end();
  });
  return {
    async post(request) {
      const [near, far] = duplexPair();
      far.on('error', () => undefined);
      const status = readStatus(near);
      // What comes to a process that stands still waits in the kernel; a dead one's machine says nothing.
      process.run(() => {
        server.emit('connection', far);
        near.write(toHead(request));
        near.write(request.body.subarray(0, request.cutAfter));
        if (request.cutAfter !== undefined) near.end();
      });
      const answered = await Promise.race([status, process.death.catch(() => null)]);
      near.destroy();
      far.destroy();
      return answered;
    },
  };
}
