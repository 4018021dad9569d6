import type { StoryStep } from '../api/types.ts';

export interface TimedStep {
  step: StoryStep;
  /** Since the step before; null for the first. */
  deltaMs: number | null;
  sinceStartMs: number;
  /** Set where the calendar day changes, and at the first step. */
  newDay: boolean;
}

/** Steps with the time between them. Clocks of two parties differ, so a step may seem to precede its cause: shown as 0. */
export function toTimedSteps(story: readonly StoryStep[]): TimedStep[] {
  const start = story[0] ? Date.parse(story[0].at) : 0;
  return story.map((step, index) => {
    const at = Date.parse(step.at);
    const before = story[index - 1];
    return {
      step,
      deltaMs: before ? Math.max(0, at - Date.parse(before.at)) : null,
      sinceStartMs: Math.max(0, at - start),
      newDay: !before || new Date(before.at).toDateString() !== new Date(at).toDateString(),
    };
  });
}
