import { checkTemplateDefinition, type TemplateDefinition, toLanguageCode } from '@wharf/whatsapp';
import { type AccountChoice, decideAccount } from './accounts.ts';
import { isSameContent } from './content.ts';
import type { CommandOptions } from './commands.ts';
import { type Outcome, refuse, refuseAsMeta, refuseInvalid } from './outcome.ts';
import { storeNews } from './shelf.ts';
import { SKEW_MS } from './state.ts';
import { askSync } from './sync-store.ts';
import { type Account, loadTemplates, type StoredTemplate } from './store.ts';

export interface CreateRequest extends AccountChoice {
  readonly definition: unknown;
}

/** The stored template's id. */
export type Made = Outcome<{ readonly id: string }>;

function decideExisting(existing: StoredTemplate, { components, name }: TemplateDefinition): Made {
  const isSame = existing.components !== null && isSameContent(existing.components, components);
  if (isSame) return { ok: true, replayed: true, id: existing.id };
  const detail = `The account has another template "${name}" in ${existing.language}. Change that one, or use another name.`;
  return refuse(409, 'template_exists', detail);
}

async function findExisting(
  { db }: CommandOptions,
  account: Account,
  { name, language }: TemplateDefinition,
): Promise<StoredTemplate | null> {
  const found = await loadTemplates(db, [{ ...account, templateId: null, name, language: toLanguageCode(language) }]);
  return found.find((template) => template.goneAt === null) ?? null;
}

async function submit(options: CommandOptions, account: Account, definition: TemplateDefinition): Promise<Made> {
  const { db, clock, graph } = options;
  const outcome = await graph.createTemplate(account.accountId, definition);
  if (outcome.kind !== 'ok') {
    // After a lost answer it may be there all the same, and what is there already was perhaps made elsewhere.
    await askSync(db, account);
    return refuseAsMeta(outcome);
  }
  const { id, status, category } = outcome.value;
  const { name, language, components, parameter_format, message_send_ttl_seconds } = definition;
  const told = {
    ...account,
    templateId: id,
    name,
    language: toLanguageCode(language),
    at: clock.now(),
    asOf: clock.now() - SKEW_MS,
    source: 'api' as const,
    eventId: null,
    status: { word: status, reason: null, detail: null },
    content: { components, parameterFormat: parameter_format ?? null, ttlSeconds: message_send_ttl_seconds ?? null },
    ...(category === '' ? {} : { category }),
  };
  const [made] = await db.transaction((tx) => storeNews(tx, [told], clock.now()));
  await askSync(db, account);
  if (!made) throw new Error('news with a name always has a template');
  return { ok: true, replayed: false, id: made.id };
}

/** Submits a template for Meta's review. Asked again, it answers with the template that is there. */
export async function createTemplate(options: CommandOptions, request: CreateRequest): Promise<Made> {
  const problems = checkTemplateDefinition(request.definition);
  if (problems.length > 0) return refuseInvalid(problems, 'definition');
  const chosen = decideAccount(await options.listChannels(), request);
  if (!chosen.ok) return chosen;
  const definition = request.definition as TemplateDefinition;
  const existing = await findExisting(options, chosen.account, definition);
  if (existing) return decideExisting(existing, definition);
  return submit(options, chosen.account, definition);
}
