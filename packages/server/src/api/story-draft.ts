import type { z } from 'zod';
import type { storyStep } from './schemas.ts';

export type StoryStep = z.output<typeof storyStep>;

/** A step with what it is sorted by; `order` decides between steps of one instant, causes first. */
export interface Draft extends Omit<StoryStep, 'at'> {
  readonly atMs: number;
  readonly sortMs: number;
  readonly order: number;
}

const ORDER = [
  'delivery',
  'event',
  'reaction',
  'queued',
  'policy',
  'attempt',
  'outcome',
  'status',
  'edit',
  'revoke',
  'emoji',
  'quarantine',
] as const satisfies readonly StoryStep['step'][];

export type Told = Pick<StoryStep, 'step' | 'title'> & Partial<Pick<StoryStep, 'detail' | 'ok' | 'ref' | 'findings'>>;

export function toDraft(atMs: number, told: Told, sortMs = atMs): Draft {
  const { step, title, detail = null, ok = null, ref = null, findings } = told;
  const more = findings ? { findings } : {};
  return { atMs, sortMs, order: ORDER.indexOf(step), step, title, detail, ok, ref, ...more };
}
