import { type Database, statement } from '#kit';

export interface TemplateRow {
  readonly id: string;
  readonly accountId: string;
  readonly templateId: string | null;
  readonly name: string;
  readonly language: string;
  readonly status: string | null;
  readonly rejectedReason: string | null;
  readonly statusDetail: string | null;
  readonly category: string | null;
  readonly upcomingCategory: string | null;
  readonly upcomingAt: Date | null;
  readonly quality: string | null;
  readonly components: Record<string, unknown>[] | null;
  readonly parameterFormat: string | null;
  readonly ttlSeconds: number | null;
  readonly syncedAt: Date | null;
  readonly goneAt: Date | null;
  readonly createdAt: Date;
}

const COLUMNS = `t.id, t.account_id as "accountId", t.template_id as "templateId", t.name, t.language, t.status, t.rejected_reason as "rejectedReason",
  t.status_detail as "statusDetail", t.category, t.upcoming_category as "upcomingCategory", t.upcoming_at as "upcomingAt", t.quality, t.components,
  t.parameter_format as "parameterFormat", t.ttl_seconds as "ttlSeconds", t.synced_at as "syncedAt", t.gone_at as "goneAt", t.created_at as "createdAt"`;

// An account has 6,000 templates at most, so filters look at what the index of the order brings.
const LIST = statement(
  'api_templates',
  `select ${COLUMNS} from templates t
   where t.workspace_id = $1 and (t.name, t.language, t.id) > ($2, $3, $4)
     and ($5::text is null or t.account_id = $5) and ($6::text is null or t.status = $6) and ($7::text is null or t.category = $7)
     and ($8::text is null or t.language = $8) and ($9::text is null or strpos(t.name, $9) > 0) and ($10 or t.gone_at is null)
   order by t.name, t.language, t.id limit $11`,
);

const SOME = statement(
  'api_templates_some',
  `select ${COLUMNS} from templates t where t.workspace_id = $1 and t.id = any($2::text[]) order by t.name, t.language, t.id`,
);

const VARIANTS = statement(
  'api_template_variants',
  `select ${COLUMNS} from templates t join templates own on own.workspace_id = t.workspace_id and own.account_id = t.account_id and own.name = t.name
   where own.workspace_id = $1 and own.id = $2 and (t.gone_at is null or t.id = own.id) order by t.language`,
);

const HISTORY = statement(
  'api_template_history',
  `select at, field, from_value as "from", to_value as "to", reason, effective_at as "effectiveAt", source, event_id as "eventId"
   from template_changes where template = $2 and workspace_id = $1 order by at desc, id desc limit $3`,
);

const ACCOUNTS = statement(
  'api_template_accounts',
  `select a.account_id as "accountId", a.synced_at as "syncedAt", a.tried_at as "triedAt", coalesce(a.claimed_until > $2, false) as "isReading",
     a.wanted as "isWanted", a.error, a.error_code as "errorCode",
     greatest(case when a.wanted then null when a.due_at > '-infinity' then a.due_at end, a.retry_at) as "nextAt",
     array(select c.id from channels c where c.workspace_id = a.workspace_id and c.account_id = a.account_id order by c.id) as "channelIds"
   from template_accounts a where a.workspace_id = $1 and ($3::text is null or a.account_id = $3) order by a.account_id`,
);

export interface TemplateFilter {
  readonly accountId?: string | undefined;
  readonly status?: string | undefined;
  readonly category?: string | undefined;
  readonly language?: string | undefined;
  /** In lower case, as all names are. */
  readonly name?: string | undefined;
  readonly gone: boolean;
}

/** By name and language; at most `limit` rows. */
export function listTemplates(
  db: Database,
  workspaceId: string,
  query: {
    readonly filter: TemplateFilter;
    readonly after: readonly [name: string, language: string, id: string] | undefined;
    readonly limit: number;
  },
): Promise<TemplateRow[]> {
  const { accountId, status, category, language, name, gone } = query.filter;
  const filter = [accountId ?? null, status ?? null, category ?? null, language ?? null, name ?? null, gone];
  return db.rows<TemplateRow>(LIST, [workspaceId, ...(query.after ?? ['', '', '']), ...filter, query.limit]);
}

/** Those of the ids that are there. */
export const findTemplates = (db: Database, workspaceId: string, ids: readonly string[]): Promise<TemplateRow[]> =>
  db.rows<TemplateRow>(SOME, [workspaceId, ids]);

/** A template with the other languages of its name; none when there is no such template. */
export const listVariants = (db: Database, workspaceId: string, id: string): Promise<TemplateRow[]> =>
  db.rows<TemplateRow>(VARIANTS, [workspaceId, id]);

export interface TemplateChangeRow {
  readonly at: Date;
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly reason: string | null;
  readonly effectiveAt: Date | null;
  readonly source: 'webhook' | 'sync' | 'api';
  readonly eventId: string | null;
}

/** Newest first. */
export const listHistory = (
  db: Database,
  workspaceId: string,
  query: { readonly id: string; readonly limit: number },
): Promise<TemplateChangeRow[]> => db.rows<TemplateChangeRow>(HISTORY, [workspaceId, query.id, query.limit]);

export interface TemplateAccountRow {
  readonly accountId: string;
  readonly syncedAt: Date | null;
  readonly triedAt: Date | null;
  readonly isReading: boolean;
  readonly isWanted: boolean;
  readonly error: string | null;
  readonly errorCode: number | null;
  readonly nextAt: Date | null;
  readonly channelIds: string[];
}

export const listAccounts = (
  db: Database,
  workspaceId: string,
  query: { readonly nowMs: number; readonly accountId?: string | undefined },
): Promise<TemplateAccountRow[]> =>
  db.rows<TemplateAccountRow>(ACCOUNTS, [workspaceId, new Date(query.nowMs), query.accountId ?? null]);
