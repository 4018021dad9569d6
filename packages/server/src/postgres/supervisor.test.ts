import { describe, expect, test } from 'vitest';
import { supervise, toDelayMs, type Watched } from './supervisor.ts';

type Fake = Watched & { die(): void; released: number };

function makeFake(): Fake {
  const { promise, resolve } = Promise.withResolvers<void>();
  const fake: Fake = {
    ended: promise,
    die: resolve,
    released: 0,
    release: async () => {
      fake.released += 1;
      resolve();
    },
  };
  return fake;
}

/** A supervisor over servers that die when told and reopen as `openings` say. */
function makeScene(openings: (Error | Fake)[], times: number[] = [], whileOpening = (): void => undefined) {
  const first = makeFake();
  const events: string[] = [];
  const pauses: number[] = [];
  const supervisor = supervise(
    {
      first,
      open: async () => {
        whileOpening();
        const next = openings.shift() ?? new Error('no more');
        if (next instanceof Error) throw next;
        return next;
      },
      close: async () => void events.push('closed'),
      pause: async (ms, signal) => {
        pauses.push(ms);
        if (signal.aborted) throw new Error('stopped');
      },
      report: (news, error) => events.push(error instanceof Error ? `${news}: ${error.message}` : news),
    },
    () => times.shift() ?? 0,
  );
  const up = (): Promise<void> => new Promise((resolve) => supervisor.onUp(resolve));
  return { supervisor, first, events, pauses, up };
}

describe('a supervised server', () => {
  test('that dies is reopened after as many failures as it takes, with growing pauses', async () => {
    const scene = makeScene([new Error('disk full'), new Error('disk full'), makeFake()]);
    const up = scene.up();
    scene.first.die();
    await up;
    expect(scene.events).toEqual(['down', 'failed: disk full', 'failed: disk full', 'up']);
    expect(scene.pauses).toEqual([100, 200, 400]);
    expect(scene.supervisor.state()).toBe('ready');
  });

  test('that had run long comes back without a pause that grows', async () => {
    const scene = makeScene([makeFake()], [0, 60_000]);
    const up = scene.up();
    scene.first.die();
    await up;
    expect(scene.pauses).toEqual([50]);
  });

  test('tells its listeners that it is down before it tries again, unless they left', async () => {
    const scene = makeScene([makeFake()]);
    const heard: string[] = [];
    scene.supervisor.onDown(() => heard.push(`stays: ${scene.supervisor.state()}`));
    scene.supervisor.onDown(() => heard.push('left'))();
    const up = scene.up();
    scene.first.die();
    await up;
    expect(heard).toEqual(['stays: restarting']);
  });

  test('that is stopped is closed once and never reopened', async () => {
    const scene = makeScene([makeFake()]);
    await Promise.all([scene.supervisor.stop(), scene.supervisor.stop()]);
    expect(scene.events).toEqual(['closed']);
    expect(scene.first.released).toBeGreaterThan(0);
    expect(scene.supervisor.state()).toBe('stopped');
  });

  test('that is stopped while it is down is not reopened', async () => {
    const scene = makeScene([makeFake()]);
    const stopped = new Promise<void>((resolve) => {
      scene.supervisor.onDown(() => resolve(scene.supervisor.stop()));
    });
    scene.first.die();
    await stopped;
    expect(scene.events).toEqual(['down', 'closed']);
    expect(scene.pauses).toEqual([100]);
    expect(scene.supervisor.state()).toBe('stopped');
  });

  test('that comes back just when it is being stopped is let go again', async () => {
    const late = makeFake();
    let stop = (): void => undefined;
    const scene = makeScene([late], [], () => stop());
    const stopped = new Promise<void>((resolve) => {
      stop = () => resolve(scene.supervisor.stop());
    });
    scene.first.die();
    await stopped;
    expect(scene.events).toEqual(['down', 'closed']);
    expect(late.released).toBeGreaterThan(0);
    expect(scene.supervisor.state()).toBe('stopped');
  });
});

test.each([
  [0, 50],
  [1, 100],
  [6, 3200],
  [7, 5000],
  [2000, 5000],
])('after %i failures the pause is %i ms', (failures, ms) => {
  expect(toDelayMs(failures)).toBe(ms);
});
