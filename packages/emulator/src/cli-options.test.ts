import { expect, test } from 'vitest';
import { parseCli } from './cli-options.ts';

test('reads every flag', () => {
  const argv =
    '--port 5000 --host 0.0.0.0 --webhook http://127.0.0.1:8080/w --app-secret s --verify-token v --token t --seed 9 --faults duplicate=0.1,maxDelayMs=50 --batch 1-100 --state /tmp/s.json';
  expect(parseCli(argv.split(' '))).toEqual({
    kind: 'start',
    webhook: 'http://127.0.0.1:8080/w',
    options: {
      port: 5000,
      host: '0.0.0.0',
      appSecret: 's',
      verifyToken: 'v',
      accessToken: 't',
      seed: 9,
      faults: { duplicate: 0.1, maxDelayMs: 50 },
      batch: { min: 1, max: 100, waitMs: 20 },
      stateFile: '/tmp/s.json',
    },
  });
});

test('has a default for everything', () => {
  expect(parseCli([])).toMatchObject({
    kind: 'start',
    webhook: null,
    options: { port: 4004, host: '127.0.0.1', batch: { min: 1, max: 1, waitMs: 0 }, faults: {} },
  });
});

test.each([
  [['--port', 'x'], /--port "x" must be a whole number/],
  [['--port', '65536'], /--port "65536"/],
  [['--seed', '-1'], /--seed/],
  [['--webhook', 'ftp://x'], /--webhook "ftp:\/\/x" is no address/],
  [['--batch', '0-5'], /--batch "0-5" must be MIN-MAX/],
  [['--batch', '9-5'], /--batch "9-5"/],
  [['--batch', '1-1001'], /--batch/],
  [['--faults', 'duplicat=0.1'], /no fault "duplicat"\. Names: duplicate/],
  [['--faults', 'duplicate=2'], /duplicate="2" must be a probability/],
  [['--faults', 'duplicate'], /duplicate="" must be/],
  [['--sead', '1'], /--sead/],
])('%j stops with a sentence that names the flag', (argv, problem) => {
  expect(parseCli(argv)).toEqual({ kind: 'wrong', problem: expect.stringMatching(problem) });
});
