import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect } from 'vitest';
import { systemClock } from '../../packages/server/src/kit/clock.ts';
import { makeGuard, type Resolve } from '../../packages/server/src/kit/guarded-fetch.ts';
import { attackFunction } from './rig/attack.ts';

// Names are attacked at the guard itself: a name server that lies on demand is nothing a whole program can be given.

const seen: string[] = [];
const server: Server = createServer(({ url = '' }, res) => {
  seen.push(url);
  res.end('x');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
afterAll(() => void server.close());

const ask = { timeoutMs: 5_000, maxBytes: 10 };
/** The first answer, then the second …; the last one again and again. */
function answering(...given: string[][]): Resolve {
  const answers = [...given];
  const toResolved = (address: string) => ({ address, family: address.includes(':') ? 6 : 4 });
  return async () => ((answers.length > 1 ? answers.shift() : answers[0]) ?? []).map(toResolved);
}

async function reasonOf(resolve: Resolve, url: string, allow: readonly string[] = []): Promise<string> {
  const guard = makeGuard({ clock: systemClock, resolve, allow });
  const outcome = await guard.fetch(url, ask);
  await guard.close();
  return outcome.ok ? 'answered' : outcome.failure.reason;
}

attackFunction(
  26,
  'a public name that leads to a private address is refused, also when public ones stand beside it',
  async () => {
    for (const answers of [
      ['127.0.0.1'],
      ['8.8.8.8', '10.0.0.1'],
      ['::1'],
      ['::ffff:169.254.169.254'],
      ['169.254.169.254'],
    ])
      expect(await reasonOf(answering(answers), 'http://shop.example:8080/')).toBe('private');
    for (const name of ['169.254.169.254.nip.io', 'localtest.me'])
      expect(await reasonOf(answering(['127.0.0.1']), `http://${name}/`)).toBe('private');
  },
);

attackFunction(
  27,
  'a name that changes its address between check and connection is connected to where it was checked',
  async () => {
    const guard = makeGuard({
      clock: systemClock,
      resolve: answering(['127.0.0.1'], ['127.0.0.2']),
      allow: [`own.test:${port}`],
    });
    expect(await guard.fetch(`http://own.test:${port}/first`, ask)).toMatchObject({ ok: true });
    await guard.close();
    expect(seen).toEqual(['/first']);
  },
);

attackFunction(27, 'a name that turns private after it was public is refused at its next connection', async () => {
  const resolve = answering(['10.0.0.1']);
  expect(await reasonOf(resolve, 'http://turned.example/')).toBe('private');
});
