import type { Faults } from '../contract.ts';
import { makeRandom, streams } from '../seed.ts';
import { refused, type GraphAnswer } from './answer.ts';

/** What goes wrong with one call. */
export interface CallFate {
  readonly slowMs: number;
  /** Stands in for the answer; the call is not processed. */
  readonly instead: GraphAnswer | null;
  /** Takes the answer's place once the call is processed: the connection is cut, or stays silent. */
  readonly without: GraphAnswer | null;
}

export const page502: GraphAnswer = { kind: 'html', status: 502 };

/** Draws a fate for call number `number`; sends have two faults more than other calls, and draws of their own. */
export function drawCallFate(
  faults: Faults,
  draw: { seed: number; epoch: number; isSend: boolean; number: number },
): CallFate {
  const random = makeRandom(draw.seed, streams.graph, draw.epoch, draw.isSend ? 1 : 0, draw.number);
  const hits = (probability: number): boolean => random() < probability;
  const slow = hits(faults.slow);
  const html = hits(faults.html);
  const down = hits(faults.serverError);
  const variant = random();
  const throttle = hits(faults.throttle) && draw.isSend;
  const loseAnswer = hits(faults.lostAnswer) && draw.isSend;
  // Drawn last: what was drawn before this fault existed stays as it was.
  const staySilent = hits(faults.noAnswer) && draw.isSend;
  const without: GraphAnswer | null = loseAnswer ? { kind: 'nothing' } : staySilent ? { kind: 'silence' } : null;
  const code = variant < 0.5 ? 131000 : 2;
  const instead = html ? page502 : down ? refused({ code }) : throttle ? refused({ code: 130429 }) : null;
  return { slowMs: slow ? faults.slowMs : 0, instead, without };
}
