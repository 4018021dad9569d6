import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { type Bot, describe, type Reaction } from './compose.ts';

/** The name under which the customer's file appears in stories, tasks and quarantine. */
export const HANDLERS = 'handlers';

/**
 * Loads a reactions file: an ES module (TypeScript with erasable syntax, or JavaScript) whose default export is a
 * function that is given the {@link Bot}. Throws with the file, what is wrong and the way out.
 */
export async function loadReactions(file: string): Promise<Reaction> {
  await access(file).catch(() => {
    throw new Error(`WHARF_REACTIONS: there is no file ${file}. Give the path of a module, for example ./reactions.ts`);
  });
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  if (typeof module.default !== 'function') {
    throw new TypeError(
      `WHARF_REACTIONS: ${file} must export a function by default, for example: export default (bot) => bot.hears('hello', (c) => c.reply('Hi!'))`,
    );
  }
  return describe(module.default as (bot: Bot) => void);
}
