import { TEMPLATE_LIBRARY, toLanguageCode } from '@wharf/whatsapp';
import { type AccountChoice, decideAccount } from './accounts.ts';
import type { CommandOptions } from './commands.ts';
import { createTemplate, type Made } from './create.ts';
import { type Outcome, refuse } from './outcome.ts';

export interface LibraryRequest extends AccountChoice {
  /** Of the library. */
  readonly library: string;
  /** Of the new template; default: the library's. */
  readonly name?: string | undefined;
  readonly languages: readonly string[];
}

/** What became of each language, in the order asked for. */
export type MadeFromLibrary = Outcome<{
  readonly results: readonly { readonly language: string; readonly made: Made }[];
}>;

/** Submits a ready template in the wanted languages, one after the other; what fails in one does not stop the others. */
export async function createFromLibrary(options: CommandOptions, request: LibraryRequest): Promise<MadeFromLibrary> {
  const ready = TEMPLATE_LIBRARY.find((template) => template.name === request.library);
  if (!ready)
    return refuse(404, 'not_found', 'There is no such ready template. GET /api/v1/template-library lists them.');
  const chosen = decideAccount(await options.listChannels(), request);
  if (!chosen.ok) return chosen;
  const results: { language: string; made: Made }[] = [];
  for (const language of request.languages) {
    const found = ready.definitions.find((definition) => definition.language === toLanguageCode(language));
    const definition = found && { ...found, name: request.name ?? found.name };
    const missing = `It is not ready in ${language}: take ${ready.definitions.map((each) => each.language).join(', ')}.`;
    const made = definition
      ? await createTemplate(options, { ...chosen.account, definition })
      : refuse(404, 'not_found', missing);
    results.push({ language, made });
  }
  return { ok: true, replayed: results.every(({ made }) => made.ok && made.replayed), results };
}
