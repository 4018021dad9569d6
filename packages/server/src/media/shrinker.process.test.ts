import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { until } from '../../../../test/support/until.ts';
import { makeTestClock } from '../kit/fixtures/rig.ts';
import { PNG } from './fixtures/desk.ts';
import { makeShrinker } from './shrinker.ts';

const folder = mkdtempSync(join(tmpdir(), 'wharf-shrinker-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program in place of the real one. */
function program(name: string, code: string): URL {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(
    path,
    `import { parentPort } from 'node:worker_threads';\nparentPort.on('message', (bytes) => { ${code} });\n`,
  );
  return pathToFileURL(path);
}

describe('the thread', () => {
  test('makes pictures small, one after the other, and ends when nobody asks', async () => {
    const clock = makeTestClock();
    const shrinker = makeShrinker(clock);
    const all = await Promise.all([shrinker.shrink(PNG), shrinker.shrink(Buffer.from('<svg/>')), shrinker.shrink(PNG)]);
    expect(all.map((one) => one.ok)).toEqual([true, false, true]);
    clock.advance(30_000);
    expect(await shrinker.shrink(PNG)).toMatchObject({ ok: true });
    await shrinker.stop();
    expect(clock.timers).toBe(0);
  });

  test('that ends over a picture fails that one alone', async () => {
    const shrinker = makeShrinker(
      makeTestClock(),
      program('exit', `if (bytes.length === 1) process.exit(1); parentPort.postMessage({ ok: true, jpeg: bytes });`),
    );
    const [bad, good] = await Promise.all([shrinker.shrink(new Uint8Array(1)), shrinker.shrink(new Uint8Array(2))]);
    expect([bad, good]).toEqual([
      { ok: false, reason: expect.stringContaining('broke the program') },
      { ok: true, jpeg: new Uint8Array(2) },
    ]);
    await shrinker.stop();
  });

  test('that throws over a picture fails that one alone', async () => {
    const shrinker = makeShrinker(makeTestClock(), program('throw', `throw new Error('bug');`));
    expect(await shrinker.shrink(PNG)).toEqual({ ok: false, reason: expect.stringContaining('broke the program') });
    await shrinker.stop();
  });

  test('that comes to no end is ended when its time is over', async () => {
    const clock = makeTestClock();
    const shrinker = makeShrinker(clock, program('endless', `for (;;);`));
    const shrunk = shrinker.shrink(PNG);
    await until('the time is set', () => clock.timers === 1, { everyMs: 2 });
    clock.advance(15_000);
    expect(await shrunk).toEqual({ ok: false, reason: 'The picture took too long' });
    await shrinker.stop();
  });

  test('that is stopped in the middle answers that it was', async () => {
    const clock = makeTestClock();
    const shrinker = makeShrinker(clock, program('silent', ''));
    const shrunk = shrinker.shrink(PNG);
    await until('the time is set', () => clock.timers === 1, { everyMs: 2 });
    await shrinker.stop();
    expect(await shrunk).toMatchObject({ ok: false });
    expect(clock.timers).toBe(0);
  });
});
