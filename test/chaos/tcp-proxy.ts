import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** How the way is just now. `stall`: nothing passes, and nobody is told; what was on the way goes on afterwards. */
export type Weather =
  | { readonly kind: 'fair' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'stall' }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'narrow'; readonly bytesPerSecond: number };

/** A way over TCP with weather on it. */
export interface TcpProxy {
  readonly port: number;
  set(weather: Weather): void;
  /** All that are open now are dead for ever and nobody says so, as when a router forgot them; new ones are well. */
  forget(): void;
  close(): Promise<void>;
}

/** When the server's TCP notices that its client is gone: 10 s, and three times 5 s, as Wharf asks it to. */
const SERVER_KEEP_ALIVE_MS = 25_000;

interface Link {
  readonly ends: readonly [Socket, Socket];
  isForgotten: boolean;
}

export async function startTcpProxy(target: NetConnectOpts): Promise<TcpProxy> {
  const links = new Set<Link>();
  let weather: Weather = { kind: 'fair' };
  let turned = Promise.withResolvers<void>();

  /** Waits as the weather has it before a chunk goes on; false when it never will. */
  async function travel(link: Link, bytes: number): Promise<boolean> {
    while (weather.kind === 'stall' && !link.isForgotten) await turned.promise;
    if (weather.kind === 'late') await pause(weather.ms, undefined, { ref: false });
    if (weather.kind === 'narrow') await pause((bytes * 1000) / weather.bytesPerSecond, undefined, { ref: false });
    return !link.isForgotten;
  }
  /** Chunks wait for each other, so that their order stays; while one waits no more are read than the buffers hold. */
  async function pump(link: Link, from: Socket, to: Socket): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        // Within the loop: leaving it would close the socket, and that is a word.
        if (!(await travel(link, chunk.length))) return await untilClosed(from);
        if (!to.write(chunk)) await drained(to);
      }
      if (!link.isForgotten) to.end();
    } catch {
      // One end broke: the other one learns it the same way, unless nobody is told.
      if (!link.isForgotten) reset(to);
    }
  }
  async function carry(link: Link): Promise<void> {
    const [near, far] = link.ends;
    await Promise.all([pump(link, near, far), pump(link, far, near)]);
    drop(link);
  }
  function drop(link: Link): void {
    for (const end of link.ends) reset(end);
    links.delete(link);
  }
  function admit(near: Socket): void {
    const far = connect({ ...target, allowHalfOpen: true } as NetConnectOpts);
    const link: Link = { ends: [near, far], isForgotten: false };
    links.add(link);
    for (const end of link.ends) {
      end.setNoDelay?.(true);
      end.on('error', () => undefined);
    }
    void carry(link);
  }
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (weather.kind === 'cut') near.resetAndDestroy();
    else admit(near);
  });
  const port = await listen(server);
  return {
    port,
    set(next) {
      weather = next;
      turned.resolve();
      turned = Promise.withResolvers();
      if (next.kind === 'cut') for (const link of links) if (!link.isForgotten) drop(link);
    },
    forget() {
      for (const link of links) {
        link.isForgotten = true;
        setTimeout(() => reset(link.ends[1]), SERVER_KEEP_ALIVE_MS).unref();
      }
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const link of links) drop(link);
      await closed;
    },
  };
}

/** One that is being shut down cannot be reset: its handle would stay open for ever. Nor can one that is no TCP. */
function reset(socket: Socket): void {
  if (socket.writableEnded || socket.remoteFamily === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

/** Whoever is on it has the patience to wait for what never comes. */
const untilClosed = (socket: Socket): Promise<void> =>
  socket.destroyed ? Promise.resolve() : new Promise((resolve) => socket.once('close', () => resolve()));

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => {
    if (socket.destroyed) return reject(new Error('closed'));
    socket.once('drain', resolve);
    socket.once('close', () => reject(new Error('closed')));
  });

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}
