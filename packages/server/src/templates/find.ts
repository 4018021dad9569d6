import { type TemplateDefinition, toLanguageCode } from '@wharf/whatsapp';
import { type StoredContent, toDefinition } from './content.ts';
import { type Database, statement, toJson } from '#kit';
import type { Account } from './store.ts';

/** Whose template of which name, in which language: as a message names it. */
export interface NamedTemplate extends Account {
  readonly name: string;
  /** `en-US` and `en_US` are the same. */
  readonly language: string;
}

/** What a sender needs to know of a template. */
export interface TemplateFact {
  readonly id: string;
  readonly category: string | null;
  /** Meta's word; null: not known yet. */
  readonly status: string | null;
  readonly statusReason: string | null;
  readonly quality: string | null;
  /** Null while its components have not been read. */
  readonly definition: TemplateDefinition | null;
  readonly ttlSeconds: number | null;
}

/** `fact` null: it is not stored. Whether that means anything, `isSynced` says. */
export interface FoundTemplate {
  readonly isSynced: boolean;
  readonly fact: TemplateFact | null;
  /** In which languages the account has a template of this name. */
  readonly languages: readonly string[];
}

/** Meta's word for why, and its sentences. */
export interface StatusWords {
  readonly rejectedReason: string | null;
  readonly statusDetail: string | null;
}

export const toStatusReason = ({ rejectedReason, statusDetail }: StatusWords): string | null =>
  [rejectedReason, statusDetail].filter((part) => part !== null).join(': ') || null;

interface Row extends Omit<TemplateFact, 'definition' | 'id' | 'statusReason'>, StoredContent, StatusWords {
  readonly n: number;
  readonly isSynced: boolean;
  readonly languages: readonly string[];
  readonly id: string | null;
}

const FIND = statement(
  'templates_find',
  `select r.n, a.synced_at is not null as "isSynced", t.id, t.name, t.language, t.category, t.status, t.rejected_reason as "rejectedReason",
     t.status_detail as "statusDetail", t.quality, t.components, t.parameter_format as "parameterFormat", t.ttl_seconds as "ttlSeconds",
     array(select v.language from templates v where v.workspace_id = r.workspace_id and v.account_id = r.account_id and v.name = r.name and v.gone_at is null order by 1) as languages
   from jsonb_to_recordset($1::jsonb) as r(n int, workspace_id text, account_id text, name text, language text)
   left join template_accounts a on a.workspace_id = r.workspace_id and a.account_id = r.account_id
   left join templates t on t.workspace_id = r.workspace_id and t.account_id = r.account_id and t.name = r.name and t.language = r.language`,
);

/** The key of `findTemplates`' answer, the same for every spelling of the language. */
export const toTemplateKey = ({ workspaceId, accountId, name, language }: NamedTemplate): string =>
  JSON.stringify([workspaceId, accountId, name, toLanguageCode(language)]);

function toFact(row: Row): TemplateFact | null {
  if (row.id === null) return null;
  const { id, category, status, quality, ttlSeconds } = row;
  return {
    id,
    category,
    status,
    statusReason: toStatusReason(row),
    quality,
    ttlSeconds,
    definition: toDefinition(row),
  };
}

const toFound = (row: Row | undefined): FoundTemplate => ({
  isSynced: row?.isSynced ?? false,
  fact: row ? toFact(row) : null,
  languages: row?.languages ?? [],
});

/** Looks up any number of templates with one statement. Every ref has an entry under its `toTemplateKey`. */
export async function findTemplates(
  db: Database,
  refs: readonly NamedTemplate[],
): Promise<ReadonlyMap<string, FoundTemplate>> {
  const byKey = new Map(refs.map((ref) => [toTemplateKey(ref), ref]));
  if (byKey.size === 0) return new Map();
  const wanted = [...byKey.values()].map((ref, n) => ({
    n,
    workspace_id: ref.workspaceId,
    account_id: ref.accountId,
    name: ref.name,
    language: toLanguageCode(ref.language),
  }));
  const rows = await db.rows<Row>(FIND, [toJson(wanted)]);
  const byPlace = new Map(rows.map((row) => [row.n, row]));
  return new Map(
    [...byKey.keys()].map((key, n) => {
      const row = byPlace.get(n);
      return [key, toFound(row)] as const;
    }),
  );
}
