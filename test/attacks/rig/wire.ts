/** Requests as bytes, for what no client would send. */
import { connect, type Socket } from 'node:net';

export interface Line {
  readonly socket: Socket;
  write(bytes: string | Uint8Array): void;
  /** All that was answered so far. */
  received(): string;
  /** Resolves with all that was answered when the other side ends the connection. */
  readonly ended: Promise<string>;
}

export function openLine(url: string): Line {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  // A reset is an end, too.
  socket.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  return { socket, write: (bytes) => void socket.write(bytes), received: () => text, ended };
}

/** Status codes in the order in which they were answered. */
export const toStatuses = (answers: string): number[] =>
  [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));

/** Sends bytes, waits until `count` answers are there or the connection has ended, and closes it. */
export async function exchange(url: string, bytes: string | Uint8Array, count = 1, withinMs = 20_000): Promise<string> {
  const line = openLine(url);
  line.write(bytes);
  const late = AbortSignal.timeout(withinMs);
  await new Promise<void>((resolve) => {
    const look = () => (toStatuses(line.received()).length >= count ? resolve() : undefined);
    line.socket.on('data', look);
    void line.ended.then(() => resolve());
    late.addEventListener('abort', () => resolve());
  });
  // The end of a body that was begun may be on its way.
  await new Promise((resolve) => setImmediate(resolve));
  line.socket.destroy();
  return line.received();
}
