import { once } from 'node:events';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const ASIDE = `
  const { readlinkSync } = require('node:fs');
  const { getPriority } = require('node:os');
  const { basename } = require('node:path');
  const { parentPort } = require('node:worker_threads');
  const own = () => getPriority(Number(basename(readlinkSync('/proc/thread-self'))));
  import(${JSON.stringify(new URL('./priority.ts', import.meta.url).href)}).then(({ stepBack }) => {
    const before = own();
    stepBack(3);
    const after = own();
    stepBack(40);
    parentPort.postMessage([after - before, own()]);
  });
`;

test.runIf(process.platform === 'linux')(
  'a thread that steps back does so alone, and never below the lowest',
  async () => {
    const before = getPriority(process.pid);
    const worker = new Worker(ASIDE, { eval: true });
    const [[by, lowest]] = (await once(worker, 'message')) as [[number, number]];
    expect([by, lowest]).toEqual([3, 19]);
    expect(getPriority(process.pid)).toBe(before);
    await worker.terminate();
  },
);
