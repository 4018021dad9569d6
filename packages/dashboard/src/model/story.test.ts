import { expect, test } from 'vitest';
import type { StoryStep } from '../api/types.ts';
import { toTimedSteps } from './story.ts';

const step = (at: string): StoryStep => ({ at, step: 'status', title: '', detail: null, ok: null, ref: null });

test('each step knows the time since the one before and since the start', () => {
  const steps = toTimedSteps([
    step('2026-11-21T10:00:00.000Z'),
    step('2026-11-21T10:00:00.012Z'),
    step('2026-11-21T10:00:01.012Z'),
  ]);
  expect(steps.map((one) => [one.deltaMs, one.sinceStartMs])).toEqual([
    [null, 0],
    [12, 12],
    [1_000, 1_012],
  ]);
});

test('a step that seems to precede its cause, by another clock, counts as at once', () => {
  const steps = toTimedSteps([step('2026-11-21T10:00:01.000Z'), step('2026-11-21T10:00:00.000Z')]);
  expect(steps[1]).toMatchObject({ deltaMs: 0, sinceStartMs: 0 });
});

test('a new day is marked, as is the first step; no steps are no story', () => {
  const steps = toTimedSteps([
    step('2026-11-19T12:00:00.000Z'),
    step('2026-11-19T12:00:01.000Z'),
    step('2026-11-21T12:00:00.000Z'),
  ]);
  expect(steps.map((one) => one.newDay)).toEqual([true, false, true]);
  expect(toTimedSteps([])).toEqual([]);
});
