import type { CommandOptions } from './commands.ts';
import { UNKNOWN } from './edit.ts';
import { type Outcome, refuse, refuseAsMeta } from './outcome.ts';
import { storeNews, type Told } from './shelf.ts';
import { findTemplate, listVariants, type StoredTemplate } from './store.ts';
import { askSync } from './sync-store.ts';

export interface DeleteRequest {
  readonly workspaceId: string;
  readonly id: string;
  /** All languages of its name, or this one. */
  readonly allLanguages: boolean;
}

/** The stored templates that are gone now. */
export type Removed = Outcome<{ readonly ids: readonly string[] }>;

const toTold = (template: StoredTemplate, nowMs: number): Told => {
  const { workspaceId, accountId, templateId, name, language } = template;
  const status = { word: 'DELETED', reason: null, detail: 'Deleted here.' };
  return { workspaceId, accountId, templateId, name, language, at: nowMs, source: 'api', eventId: null, status };
};

/** Deletes a template in one language or in all. What is gone already is not asked for. */
export async function deleteTemplate(options: CommandOptions, request: DeleteRequest): Promise<Removed> {
  const { db, clock, graph } = options;
  const template = await findTemplate(db, request.workspaceId, request.id);
  if (!template) return UNKNOWN;
  const variants = await listVariants(db, template, template.name);
  const meant = request.allLanguages ? variants : variants.filter((variant) => variant.id === template.id);
  if (meant.length === 0) return { ok: true, replayed: true, ids: [] };
  const { accountId, name, templateId } = template;
  // Without an id Meta would delete every language.
  if (!request.allLanguages && templateId === null) {
    return refuse(
      409,
      'template_unread',
      'This template has not been read from Meta yet. Ask for a sync and try again.',
    );
  }
  const which = request.allLanguages || templateId === null ? { name } : { name, id: templateId };
  const outcome = await graph.deleteTemplate(accountId, which);
  if (outcome.kind !== 'ok') {
    await askSync(db, template);
    return refuseAsMeta(outcome);
  }
  const nowMs = clock.now();
  await db.transaction((tx) =>
    storeNews(
      tx,
      meant.map((variant) => toTold(variant, nowMs)),
      nowMs,
    ),
  );
  await askSync(db, template);
  return { ok: true, replayed: false, ids: meant.map((variant) => variant.id) };
}
