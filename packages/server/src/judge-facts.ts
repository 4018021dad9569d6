import {
  type ConsentView,
  countMarketing,
  type MarketingCount,
  readConsents,
  readWhereabouts,
  type Whereabouts,
} from '#consent';
import type { Database } from '#kit';
import { CLASS } from '#outbox';
import type { PolicySettings } from '#settings';
import { findTemplates, type FoundTemplate, type NamedTemplate, toTemplateKey } from '#templates';
import type { Draft, JudgeOptions } from './judge.ts';

/** What the rules need to know about a batch of messages, read together. */
export interface Facts {
  readonly settings: PolicySettings;
  /** By message; null: no template, or none that its provider has. */
  readonly templates: ReadonlyMap<string, FoundTemplate | null>;
  /** By contact. */
  readonly consents: ReadonlyMap<string, ConsentView>;
  readonly whereabouts: ReadonlyMap<string, Whereabouts>;
  /** By message: what its person had. */
  readonly marketing: ReadonlyMap<string, MarketingCount>;
}

/**
 * An answer of a handler to somebody who wrote needs no consent, no country and no frequency: it is not looked up, as
 * it is most of what goes out.
 */
const isAnswer = (draft: Draft): boolean =>
  draft.origin === 'handler' && draft.class === CLASS.reply && draft.message.type !== 'template';

function toRef({ directory }: JudgeOptions, draft: Draft): NamedTemplate | null {
  const channel = directory.get(draft.channelId);
  const { message, workspaceId } = draft;
  if (message.type !== 'template' || channel?.provider !== 'meta' || channel.accountId === null) return null;
  const { name, language } = message.template;
  return { workspaceId, accountId: channel.accountId, name, language: language.code };
}

async function readTemplates(
  db: Database,
  options: JudgeOptions,
  drafts: readonly Draft[],
): Promise<Facts['templates']> {
  const refs = drafts.map((draft) => ({ id: draft.id, ref: toRef(options, draft) }));
  // A campaign sends one template to many: it is asked for once.
  const named = new Map(refs.flatMap(({ ref }) => (ref ? [[toTemplateKey(ref), ref] as const] : [])));
  const found = named.size === 0 ? new Map<string, FoundTemplate>() : await findTemplates(db, [...named.values()]);
  return new Map(refs.map(({ id, ref }) => [id, ref ? (found.get(toTemplateKey(ref)) ?? null) : null]));
}

/** Per workspace, since contacts belong to one. */
async function readPeople<T>(
  drafts: readonly Draft[],
  read: (workspaceId: string, contactIds: string[]) => Promise<ReadonlyMap<string, T>>,
): Promise<Map<string, T>> {
  const groups = [...Map.groupBy(drafts, (draft) => draft.workspaceId)];
  const found = await Promise.all(
    groups.map(([workspaceId, own]) =>
      read(workspaceId, [...new Set(own.flatMap(({ contactId }) => contactId ?? []))]),
    ),
  );
  return new Map(found.flatMap((one) => [...one]));
}

const NOBODY: ReadonlyMap<string, never> = new Map<string, never>();

/** What is sent later is counted by its own time. */
const toQuestions = (asking: readonly Draft[], windowMs: number, nowMs: number) =>
  asking.flatMap(({ id, contactId, sendAt }) =>
    contactId === null ? [] : [{ contactId, messageId: id, sinceMs: (sendAt ?? nowMs) - windowMs }],
  );

const readMarketing = (db: Database, asking: readonly Draft[], settings: PolicySettings, nowMs: number) =>
  settings.frequency === null
    ? NOBODY
    : countMarketing(db, toQuestions(asking, settings.frequency.hours * 3_600_000, nowMs));

/** Reads what the rules need; nothing but the settings for answers. */
export async function findFacts(
  db: Database,
  options: JudgeOptions,
  drafts: readonly Draft[],
  nowMs: number,
): Promise<Facts> {
  const settings = await options.settings.read(db, drafts[0]?.workspaceId ?? '');
  const asking = drafts.filter((draft) => !isAnswer(draft));
  if (asking.length === 0)
    return { settings, templates: NOBODY, consents: NOBODY, whereabouts: NOBODY, marketing: NOBODY };
  const [templates, consents, whereabouts, marketing] = await Promise.all([
    readTemplates(db, options, asking),
    readPeople(asking, (workspaceId, ids) => readConsents(db, workspaceId, ids)),
    readPeople(asking, (workspaceId, ids) => readWhereabouts(db, workspaceId, ids)),
    readMarketing(db, asking, settings, nowMs),
  ]);
  return { settings, templates, consents, whereabouts, marketing };
}
