import { checkTemplateDefinition, type TemplateChange } from '@wharf/whatsapp';
import type { CommandOptions } from './commands.ts';
import { isSameContent, toDefinition } from './content.ts';
import type { Made } from './create.ts';
import { decideEdit, EDITS_WITHIN_MS } from './edit-rules.ts';
import { refuse, refuseAsMeta, refuseInvalid, type Refused } from './outcome.ts';
import { toListedNews } from './news.ts';
import { storeNews, type Told } from './shelf.ts';
import { SKEW_MS } from './state.ts';
import { findTemplate, listEdits, type StoredTemplate } from './store.ts';
import { askSync } from './sync-store.ts';

export interface EditRequest {
  readonly workspaceId: string;
  readonly id: string;
  readonly change: TemplateChange;
}

export const UNKNOWN: Refused = refuse(404, 'not_found', 'There is no such template');

const isSameWord = (a: string | null, b: string | undefined): boolean =>
  b === undefined || a?.toUpperCase() === b.toUpperCase();

/** What of the change is not so already. */
function toDifference(template: StoredTemplate, change: TemplateChange): TemplateChange {
  const { components, category, parameter_format, message_send_ttl_seconds } = change;
  const isSame = components === undefined || isSameContent(template.components ?? [], components);
  const isSameTtl = message_send_ttl_seconds === undefined || message_send_ttl_seconds === template.ttlSeconds;
  return {
    ...(isSame ? {} : { components }),
    ...(isSameWord(template.category, category) ? {} : { category }),
    ...(isSameWord(template.parameterFormat, parameter_format) ? {} : { parameter_format }),
    ...(isSameTtl ? {} : { message_send_ttl_seconds }),
  };
}

type Base = Pick<Told, 'workspaceId' | 'accountId' | 'templateId' | 'name' | 'language' | 'at' | 'source' | 'eventId'>;

function toBase({ workspaceId, accountId, templateId, name, language }: StoredTemplate, at: number): Base {
  return { workspaceId, accountId, templateId, name, language, at, source: 'api', eventId: null };
}

/** What was asked of Meta: its words, not its state. */
function toTold(template: StoredTemplate, change: TemplateChange, nowMs: number): Told {
  const components = change.components ?? template.components;
  const content = components && {
    components,
    parameterFormat: change.parameter_format ?? template.parameterFormat,
    ttlSeconds: change.message_send_ttl_seconds ?? template.ttlSeconds,
  };
  return {
    ...toBase(template, nowMs),
    ...(content === null ? {} : { content }),
    ...(change.category === undefined ? {} : { category: change.category }),
    remark: { field: 'edit', from: template.status, to: Object.keys(change), reason: 'Changed here' },
  };
}

/** What can be known to be wrong before Meta is asked. */
async function check(
  options: CommandOptions,
  template: StoredTemplate,
  change: TemplateChange,
): Promise<Refused | null> {
  const { db, clock } = options;
  const definition = toDefinition(template);
  if (template.templateId === null || definition === null) {
    return refuse(
      409,
      'template_unread',
      'This template has not been read from Meta yet. Ask for a sync and try again.',
    );
  }
  const problems = checkTemplateDefinition({ ...definition, ...change });
  if (problems.length > 0) return refuseInvalid(problems, 'definition');
  const nowMs = clock.now();
  const edits = await listEdits(db, template.id, nowMs - EDITS_WITHIN_MS);
  const reason = decideEdit({ state: template, change, edits, nowMs });
  return reason === null ? null : refuse(409, 'template_locked', reason);
}

/**
 * What Meta made of its state: most often PENDING. Asked after the change, so it is newer than what is stored, whatever the
 * clocks say. Without an answer the next reading tells.
 */
export async function readState({ graph, clock }: CommandOptions, template: StoredTemplate): Promise<Told[]> {
  const outcome = await graph.template(template.templateId ?? '');
  if (outcome.kind !== 'ok') return [];
  const nowMs = clock.now();
  const { status } = toListedNews(outcome.value, nowMs, nowMs);
  const asOf = Math.max(nowMs - SKEW_MS, template.statusAt ?? 0);
  return status ? [{ ...toBase(template, nowMs), status, asOf }] : [];
}

/** Changes a template and submits it again. What is so already is not asked for. */
export async function editTemplate(options: CommandOptions, request: EditRequest): Promise<Made> {
  const { db, clock, graph } = options;
  const template = await findTemplate(db, request.workspaceId, request.id);
  if (!template) return UNKNOWN;
  const change = toDifference(template, request.change);
  if (Object.keys(change).length === 0) return { ok: true, replayed: true, id: template.id };
  const refused = await check(options, template, change);
  if (refused) return refused;
  const outcome = await graph.editTemplate(template.templateId ?? '', change);
  if (outcome.kind !== 'ok') {
    await askSync(db, template);
    return refuseAsMeta(outcome);
  }
  const state = await readState(options, template);
  const told = [toTold(template, change, clock.now()), ...state];
  await db.transaction((tx) => storeNews(tx, told, clock.now()));
  await askSync(db, template);
  return { ok: true, replayed: false, id: template.id };
}
