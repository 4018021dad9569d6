import { describe, expect, test } from 'vitest';
import { toReport } from './report.ts';

const outcome = {
  crimes: ['msg_000007_00001 arrived 2 times'],
  trace: [
    '       0 a0 starts',
    '     900 a0 calls with msg_000007_00002 for 4917',
    '    1000 a0 calls with msg_000007_00001 for 4917',
    '    1010 a0 is struck (kill) at call accepted',
    '    1020 posted wamid.A: 200',
    '    2000 b1 calls with msg_000007_00001 for 4917',
  ],
  counts: { kills: 1 },
};

describe('What a failing seed prints', () => {
  test('what is wrong, how to repeat it, and of the trace what concerns the guilty and what struck the processes', () => {
    expect(toReport(7, outcome).split('\n')).toEqual([
      'seed 7 failed: {"kills":1}',
      'repeat it with: npm run simulate -- --seed 7 --trace',
      '  msg_000007_00001 arrived 2 times',
      '    1000 a0 calls with msg_000007_00001 for 4917',
      '    1010 a0 is struck (kill) at call accepted',
      '    2000 b1 calls with msg_000007_00001 for 4917',
    ]);
  });

  test('nothing, when nothing is wrong', () => {
    expect(toReport(7, { ...outcome, crimes: [] })).toBe('');
  });

  test('no more than a screenful of the longest trace', () => {
    const trace = Array.from({ length: 5_000 }, (_, n) => `${n} a0 calls with msg_000007_00001`);
    expect(toReport(7, { ...outcome, trace }).split('\n').length).toBeLessThan(110);
  });
});
