import type { CommandOptions } from './commands.ts';
import type { Made } from './create.ts';
import { readState, UNKNOWN } from './edit.ts';
import { refuse, refuseAsMeta } from './outcome.ts';
import { storeNews } from './shelf.ts';
import { findTemplate } from './store.ts';
import { askSync } from './sync-store.ts';

export interface UnpauseRequest {
  readonly workspaceId: string;
  readonly id: string;
}

/** Asks Meta to end a template's pause; Meta decides which may end early. One that is active already is not asked for. */
export async function unpauseTemplate(options: CommandOptions, request: UnpauseRequest): Promise<Made> {
  const { db, clock, graph } = options;
  const template = await findTemplate(db, request.workspaceId, request.id);
  if (!template) return UNKNOWN;
  const { status, templateId } = template;
  if (status === 'APPROVED') return { ok: true, replayed: true, id: template.id };
  if (status !== 'PAUSED' || templateId === null)
    return refuse(409, 'template_locked', `Only a paused template can be unpaused; this one is ${status ?? 'unread'}.`);
  const outcome = await graph.unpauseTemplate(templateId);
  if (outcome.kind !== 'ok') {
    await askSync(db, template);
    return refuseAsMeta(outcome);
  }
  const state = await readState(options, template);
  if (state.length > 0) await db.transaction((tx) => storeNews(tx, state, clock.now()));
  await askSync(db, template);
  return { ok: true, replayed: false, id: template.id };
}
