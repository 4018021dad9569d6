import { makeDelay } from '../../../packages/server/src/kit/index.ts';
import { describe, type Reaction } from '../../../packages/server/src/reactions/index.ts';
import type { Process } from '../engine/process.ts';

/** A handler begins. */
export interface Run {
  readonly at: number;
  readonly process: string;
  readonly eventId: string;
}

/** What the handlers of all processes share: what they did, and what is still wrong with them. */
export interface Stage {
  readonly runs: Run[];
  /** By event: how often its handler has thrown. */
  readonly throws: Map<string, number>;
  /** Events whose poison a person has taken away. */
  readonly healed: Set<string>;
  /** What customers wrote, by WhatsApp id. */
  readonly said: Map<string, string>;
  /** Kills the process, as a handler can that eats all its memory. */
  readonly onDeadly: (process: Process) => void;
}

export const makeStage = (onDeadly: Stage['onDeadly']): Stage => ({
  runs: [],
  throws: new Map(),
  healed: new Set(),
  said: new Map(),
  onDeadly,
});

/** Each is marked as read and answered: so often, ready to be compared with what was made. */
export const toAnswers = (body: string): number => Number(/^say (\d+)/.exec(body)?.[1] ?? 1);

/** Not answered until somebody has replayed it. */
export const isPoison = (body: string): boolean => /^(poison|deadly|unfoldable)/.test(body);

/** How long its handler takes, ms. */
export const slownessOf = (body: string): number => Number(/^wait (\d+)/.exec(body)?.[1] ?? 0);
const stumblesOf = (body: string): number => Number(/^stumble (\d+)/.exec(body)?.[1] ?? 0);

function throwIfDue(stage: Stage, id: string, body: string): void {
  const before = stage.throws.get(id) ?? 0;
  const isDue = before < stumblesOf(body) || (body.startsWith('poison') && !stage.healed.has(id));
  if (!isDue) return;
  stage.throws.set(id, before + 1);
  throw new Error('the handler stumbles');
}

const never = (): Promise<never> => new Promise(() => undefined);

/** The customer's handlers: quick, slow, failing now and then or always, and deadly. */
export function makeHandlers(stage: Stage, process: Process): ReadonlyMap<string, Reaction> {
  const { clock } = process;
  const handlers = describe((bot) =>
    bot.on('message.received:text', async (c) => {
      const { body } = c.event.message.content;
      const { id } = c.event;
      stage.runs.push({ at: clock.elapsed(), process: process.name, eventId: id });
      if (body.startsWith('deadly') && !stage.healed.has(id)) {
        stage.onDeadly(process);
        await never();
      }
      if (slownessOf(body) > 0) await makeDelay(clock, slownessOf(body), c.signal);
      throwIfDue(stage, id, body);
      c.markRead();
      for (let n = 0; n < toAnswers(body); n++) c.reply(`${body}: ${n}`);
    }),
  );
  return new Map([['handlers', handlers]]);
}
