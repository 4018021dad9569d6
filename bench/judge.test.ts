import { describe, expect, test } from 'vitest';
import { type Arrival, type Awaited, judge } from './judge.ts';

const due = (to: string, mark: string, intendedAt: number, isReply = true): Awaited => ({
  to,
  mark,
  intendedAt,
  isReply,
});
const came = (to: string, mark: string, at: number): Arrival => ({ to, mark, at });

const ANA = [due('ana', 'hello', 100), due('ana', 'order:1234', 200)];

interface Case {
  readonly name: string;
  readonly arrivals: readonly Arrival[];
  readonly expected: { missing: number; doubled: number; disordered: number };
}

const CASES: readonly Case[] = [
  {
    name: 'every reply once and in order is faultless',
    arrivals: [came('ana', 'hello', 110), came('ana', 'order:1234', 230)],
    expected: { missing: 0, doubled: 0, disordered: 0 },
  },
  {
    name: 'a reply that never comes is missing',
    arrivals: [came('ana', 'hello', 110)],
    expected: { missing: 1, doubled: 0, disordered: 0 },
  },
  {
    name: 'the same reply twice is doubled once',
    arrivals: [came('ana', 'hello', 110), came('ana', 'hello', 111), came('ana', 'order:1234', 230)],
    expected: { missing: 0, doubled: 1, disordered: 0 },
  },
  {
    name: 'a later reply that overtakes is out of order',
    arrivals: [came('ana', 'order:1234', 210), came('ana', 'hello', 220)],
    expected: { missing: 0, doubled: 0, disordered: 1 },
  },
  {
    name: 'a reply to somebody who wrote nothing is one too many, and the right one is missing',
    arrivals: [came('ana', 'hello', 110), came('bob', 'order:1234', 230)],
    expected: { missing: 1, doubled: 1, disordered: 0 },
  },
  {
    name: 'a wrong order number is one missing and one too many',
    arrivals: [came('ana', 'hello', 110), came('ana', 'order:9999', 230)],
    expected: { missing: 1, doubled: 1, disordered: 0 },
  },
];

describe('what arrived is compared with what had to', () => {
  test.each(CASES)('$name', ({ arrivals, expected }) => {
    expect(judge(ANA, arrivals)).toMatchObject(expected);
  });

  test('people are judged apart: what one gets late disturbs nobody else', () => {
    const awaited = [...ANA, due('bob', 'hello', 150)];
    const arrivals = [came('bob', 'hello', 900), came('ana', 'hello', 110), came('ana', 'order:1234', 230)];
    expect(judge(awaited, arrivals)).toMatchObject({ missing: 0, doubled: 0, disordered: 0 });
  });

  test('latency runs from the intended send to the reply proper, not to the emoji before it', () => {
    const awaited = [due('ana', 'react:wamid.1', 100, false), due('ana', 'quote:wamid.1', 100)];
    const { reply } = judge(awaited, [came('ana', 'react:wamid.1', 120), came('ana', 'quote:wamid.1', 140)]);
    expect(reply).toMatchObject({ count: 1, p50: 40, max: 40 });
  });
});
