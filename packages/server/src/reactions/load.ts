import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Clock } from '#kit';
import { type Bot, describe, type Reaction } from './compose.ts';

/** The name under which the customer's file appears in stories, tasks and quarantine. */
export const HANDLERS = 'handlers';

/** A module may wait for something at its top level before it is there, but not for ever. */
const LOAD_MS = 30_000;

async function importWithin(file: string, clock: Clock): Promise<{ readonly default?: unknown }> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(LOAD_MS, () =>
    late.reject(
      new Error(
        `WHARF_REACTIONS: ${file} has not come to its end after ${LOAD_MS / 1000} s. Look for an await outside of a handler that waits for something that does not come`,
      ),
    ),
  );
  try {
    return await Promise.race([import(pathToFileURL(file).href) as Promise<object>, late.promise]);
  } finally {
    cancel();
  }
}

/**
 * Loads a reactions file: an ES module (TypeScript with erasable syntax, or JavaScript) whose default export is a
 * function that is given the {@link Bot}. Throws with the file, what is wrong and the way out.
 */
export async function loadReactions(file: string, clock: Clock): Promise<Reaction> {
  await access(file).catch(() => {
    throw new Error(`WHARF_REACTIONS: there is no file ${file}. Give the path of a module, for example ./reactions.ts`);
  });
  const module = await importWithin(file, clock);
  if (typeof module.default !== 'function') {
    throw new TypeError(
      `WHARF_REACTIONS: ${file} must export a function by default, for example: export default (bot) => bot.hears('hello', (c) => c.reply('Hi!'))`,
    );
  }
  return describe(module.default as (bot: Bot) => void);
}
