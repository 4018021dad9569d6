import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const LOG = fileURLToPath(new URL('./log.ts', import.meta.url));

/** What a process writes that logs these fields. */
const write = (fields: object): string =>
  spawnSync(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { makeLog } from ${JSON.stringify(LOG)};
     makeLog({ level: 'info', pretty: false }).info(JSON.parse(process.argv[1]), 'told');`,
    JSON.stringify(fields),
  ]).stdout.toString();

test('what could command a terminal, forge a line or turn text round is written out', () => {
  const line = write({ reason: 'a\u009b31mb\u2028c\u202e\u200fd\r\ne\u001b[0m\u061c', count: 3 });
  expect(line.trimEnd()).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(line)).toMatchObject({
    reason: 'a\\u009b31mb\\u2028c\\u202e\\u200fd\r\ne\u001b[0m\\u061c',
    count: 3,
    msg: 'told',
  });
});
