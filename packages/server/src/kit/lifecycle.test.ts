import { describe, expect, test } from 'vitest';
import { makeTestLog } from './fixtures/rig.ts';
import { makeStarted } from './lifecycle.ts';

describe('makeStarted', () => {
  test('stops in reverse, one after the other', async () => {
    const started = makeStarted(makeTestLog());
    const steps: string[] = [];
    for (const name of ['postgres', 'pool', 'worker']) {
      started.add(name, async () => {
        steps.push(`${name} begins`);
        await Promise.resolve();
        steps.push(`${name} ends`);
      });
    }
    await started.stopAll();
    expect(steps).toEqual([
      'worker begins',
      'worker ends',
      'pool begins',
      'pool ends',
      'postgres begins',
      'postgres ends',
    ]);
  });

  test('a part that throws, rejects or hangs is named, and the next still stops', async () => {
    const log = makeTestLog();
    const started = makeStarted(log);
    const stopped: string[] = [];
    started.add('postgres', () => void stopped.push('postgres'));
    started.add('hangs', () => new Promise(() => undefined), 5);
    started.add('rejects', () => Promise.reject(new Error('no')));
    started.add('throws', () => {
      throw new Error('never');
    });
    await started.stopAll();
    expect(stopped).toEqual(['postgres']);
    expect(log.lines.map((line) => [line['part'], line['reason']])).toEqual([
      ['throws', 'Error: never'],
      ['rejects', 'Error: no'],
      ['hangs', 'Error: did not stop within 0.005 s'],
    ]);
  });

  test('stopping twice stops each part once', async () => {
    const started = makeStarted(makeTestLog());
    let stops = 0;
    started.add('once', () => void stops++);
    await Promise.all([started.stopAll(), started.stopAll()]);
    expect(stops).toBe(1);
  });
});
