import { expect, test } from 'vitest';
import { toShallow } from './shallow.ts';

const nest = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);

test('what people write by hand comes back as it was', () => {
  const value = { a: [1, 'x', null, true, { b: {} }], c: nest(50) };
  expect(toShallow(value)).toEqual(value);
});

test('a hundred levels stay, whatever is below', () => {
  expect(JSON.stringify(toShallow(nest(100_000)))).toBe(
    `${'['.repeat(100)}"… deeper levels are only in the delivery"${']'.repeat(100)}`,
  );
});

test('__proto__ stays an ordinary key', () => {
  const copy = toShallow(JSON.parse('{"__proto__":{"x":1}}')) as object;
  expect(JSON.stringify(copy)).toBe('{"__proto__":{"x":1}}');
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
});
