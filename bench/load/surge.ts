import type { SustainedLoad } from './sustained.ts';

/** A stretch of a schedule that is offered `times` as fast; what follows moves up. All of it by the even schedule, in ms. */
export interface Surge {
  readonly fromMs: number;
  readonly toMs: number;
  readonly times: number;
}

/** When something of the even schedule is offered. */
export function toSurged(atMs: number, { fromMs, toMs, times }: Surge): number {
  const within = Math.min(Math.max(0, atMs - fromMs), toMs - fromMs);
  return atMs - within + within / times;
}

/** The same load with one stretch of it compressed; duplicates come as much earlier as what is around them. */
export function withSurge(load: SustainedLoad, surge: Surge): SustainedLoad {
  const move = <T extends { readonly atMs: number }>(one: T): T => ({ ...one, atMs: toSurged(one.atMs, surge) });
  return { ...load, offers: load.offers.map(move), expected: load.expected.map(move) };
}
