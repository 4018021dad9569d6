import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROBLEMS } from './problems.ts';

const doc = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');

test('docs/errors.md lists every problem as the registry has it, and no other', () => {
  const listed = doc.split('\n').filter((line) => /^\| \d{3} \|/.test(line));
  const registered = Object.entries(PROBLEMS).map(
    ([code, { status, title, next }]) => `| ${status} | \`${code}\` | ${title} | ${next} |`,
  );
  expect(listed).toEqual(registered);
});

test('a title is a sentence without its full stop, a next step one with it', () => {
  for (const { title, next } of Object.values(PROBLEMS)) {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(next).toMatch(/^[A-Z`].*\.$/);
  }
});
