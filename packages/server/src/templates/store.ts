import { type Database, statement, toJson, type Transaction } from '#kit';
import type { Change, TemplateState } from './state.ts';

/** A WhatsApp Business account (WABA) of a workspace. */
export interface Account {
  readonly workspaceId: string;
  readonly accountId: string;
}

export const toAccountKey = ({ workspaceId, accountId }: Account): string => `${workspaceId}\n${accountId}`;

type Column = readonly [key: keyof TemplateState, column: string, type: 'text' | 'int' | 'jsonb' | 'timestamptz'];

const COLUMNS: readonly Column[] = [
  ['id', 'id', 'text'],
  ['templateId', 'template_id', 'text'],
  ['name', 'name', 'text'],
  ['language', 'language', 'text'],
  ['status', 'status', 'text'],
  ['rejectedReason', 'rejected_reason', 'text'],
  ['statusDetail', 'status_detail', 'text'],
  ['statusAt', 'status_at', 'timestamptz'],
  ['category', 'category', 'text'],
  ['categoryAt', 'category_at', 'timestamptz'],
  ['upcomingCategory', 'upcoming_category', 'text'],
  ['upcomingAt', 'upcoming_at', 'timestamptz'],
  ['announcedAt', 'announced_at', 'timestamptz'],
  ['quality', 'quality', 'text'],
  ['qualityAt', 'quality_at', 'timestamptz'],
  ['components', 'components', 'jsonb'],
  ['parameterFormat', 'parameter_format', 'text'],
  ['ttlSeconds', 'ttl_seconds', 'int'],
  ['componentsAt', 'components_at', 'timestamptz'],
  ['syncedAt', 'synced_at', 'timestamptz'],
  ['goneAt', 'gone_at', 'timestamptz'],
  ['createdAt', 'created_at', 'timestamptz'],
];

const toSelected = ([key, column, type]: Column): string =>
  type === 'timestamptz' ? `(extract(epoch from t.${column}) * 1000)::float8 as "${key}"` : `t.${column} as "${key}"`;

/** A template's row as `TemplateState`, with the account it belongs to. */
export const SELECTED = `t.workspace_id as "workspaceId", t.account_id as "accountId", ${COLUMNS.map(toSelected).join(', ')}`;

export type StoredTemplate = TemplateState & Account;

// The order of the accounts is everybody's: whoever writes templates locks them so.
const LOCK = statement(
  'templates_lock_accounts',
  `insert into template_accounts as a (workspace_id, account_id)
   select workspace_id, account_id from unnest($1::text[], $2::text[]) as n(workspace_id, account_id) order by 1, 2
   on conflict (workspace_id, account_id) do update set wanted = a.wanted`,
);

const ENSURE = statement(
  'templates_ensure_accounts',
  `insert into template_accounts (workspace_id, account_id) select * from unnest($1::text[], $2::text[]) on conflict do nothing`,
);

const WANT = statement(
  'templates_want_sync',
  `update template_accounts a set wanted = true
   from unnest($1::text[], $2::text[]) as n(workspace_id, account_id)
   where a.workspace_id = n.workspace_id and a.account_id = n.account_id`,
);

const OF_REFS = statement(
  'templates_of_refs',
  `with r as (select * from jsonb_to_recordset($1::jsonb) as r(workspace_id text, account_id text, template_id text, name text, language text)),
        hit as (select t.id from r join templates t on t.workspace_id = r.workspace_id and t.account_id = r.account_id and t.template_id = r.template_id
                union
                select t.id from r join templates t on t.workspace_id = r.workspace_id and t.account_id = r.account_id and t.name = r.name and t.language = r.language)
   select ${SELECTED} from templates t where t.id in (select id from hit)`,
);

const OF_ACCOUNT = statement(
  'templates_of_account',
  `select ${SELECTED} from templates t where t.workspace_id = $1 and t.account_id = $2`,
);

const ONE = statement('templates_one', `select ${SELECTED} from templates t where t.workspace_id = $1 and t.id = $2`);

const OF_NAME = statement(
  'templates_of_name',
  `select ${SELECTED} from templates t where t.workspace_id = $1 and t.account_id = $2 and t.name = $3 and t.gone_at is null order by t.language`,
);

// Edits that were made while it was approved are the ones Meta counts.
const EDITS = statement(
  'templates_edits',
  `select (extract(epoch from at) * 1000)::float8 as at from template_changes
   where template = $1 and field = 'edit' and from_value in ('"APPROVED"', '"FLAGGED"') and at > $2`,
);

const NAMES = COLUMNS.map(([, column]) => column);

const SAVE = statement(
  'templates_save',
  `insert into templates (workspace_id, account_id, ${NAMES.join(', ')})
   select workspace_id, account_id, ${NAMES.join(', ')}
   from jsonb_to_recordset($1::jsonb) as n(workspace_id text, account_id text, ${COLUMNS.map(([, column, type]) => `${column} ${type}`).join(', ')})
   on conflict (id) do update set ${NAMES.slice(1)
     .map((name) => `${name} = excluded.${name}`)
     .join(', ')}`,
);

const APPEND = statement(
  'templates_append_changes',
  `insert into template_changes (workspace_id, template, template_id, field, at, from_value, to_value, reason, effective_at, source, event_id, recorded_at)
   select c.*, $2 from jsonb_to_recordset($1::jsonb) as c(workspace_id text, template text, template_id text, field text, at timestamptz, from_value jsonb,
     to_value jsonb, reason text, effective_at timestamptz, source text, event_id text)
   on conflict do nothing`,
);

const SEEN = statement('templates_seen', 'update templates set synced_at = $2 where id = any($1::text[])');

const columnsOf = (accounts: readonly Account[]) => [
  accounts.map((account) => account.workspaceId),
  accounts.map((account) => account.accountId),
];

/** Accounts not known yet are there afterwards, and their templates are this transaction's to write. */
export const lockAccounts = (tx: Transaction, accounts: readonly Account[]): Promise<number> =>
  tx.run(LOCK, columnsOf(accounts));

export const ensureAccounts = (db: Database, accounts: readonly Account[]): Promise<number> =>
  db.run(ENSURE, columnsOf(accounts));

/** They are read again as soon as somebody has time, but not before their backoff is over. */
export const wantSync = (db: Database, accounts: readonly Account[]): Promise<number> =>
  db.run(WANT, columnsOf(accounts));

/** Found by Meta's id, or by name and language. */
export interface TemplateRef extends Account {
  readonly templateId: string | null;
  readonly name: string | null;
  readonly language: string | null;
}

export function loadTemplates(db: Database, refs: readonly TemplateRef[]): Promise<StoredTemplate[]> {
  const rows = refs.map((ref) => ({
    workspace_id: ref.workspaceId,
    account_id: ref.accountId,
    template_id: ref.templateId,
    name: ref.name,
    language: ref.language,
  }));
  return db.rows<StoredTemplate>(OF_REFS, [toJson(rows)]);
}

export const loadAccount = (db: Database, account: Account): Promise<StoredTemplate[]> =>
  db.rows<StoredTemplate>(OF_ACCOUNT, [account.workspaceId, account.accountId]);

export const findTemplate = async (db: Database, workspaceId: string, id: string): Promise<StoredTemplate | null> =>
  (await db.rows<StoredTemplate>(ONE, [workspaceId, id]))[0] ?? null;

/** Its variants that are not gone. */
export const listVariants = (db: Database, account: Account, name: string): Promise<StoredTemplate[]> =>
  db.rows<StoredTemplate>(OF_NAME, [account.workspaceId, account.accountId, name]);

/** When it was edited here while it was approved, unix ms. */
export const listEdits = async (db: Database, template: string, sinceMs: number): Promise<number[]> =>
  (await db.rows<{ at: number }>(EDITS, [template, new Date(sinceMs)])).map((edit) => edit.at);

const toTime = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

function toRow(template: StoredTemplate): object {
  const cells = COLUMNS.map(([key, column, type]) => {
    const value = template[key];
    return [column, type === 'timestamptz' ? toTime(value as number | null) : value] as const;
  });
  const { workspaceId, accountId } = template;
  return { workspace_id: workspaceId, account_id: accountId, ...Object.fromEntries(cells) };
}

/** Few enough that one statement stays below a few megabytes, whatever the templates hold. */
const CHUNK = 500;

async function inChunks<T>(items: readonly T[], write: (chunk: readonly T[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += CHUNK) await write(items.slice(from, from + CHUNK));
}

export const saveTemplates = (tx: Transaction, templates: readonly StoredTemplate[]): Promise<void> =>
  inChunks(templates, (chunk) => tx.run(SAVE, [toJson(chunk.map(toRow))]));

export type StoredChange = Change & { readonly workspaceId: string };

const toChangeRow = (change: StoredChange): object => ({
  workspace_id: change.workspaceId,
  template: change.template,
  template_id: change.templateId,
  field: change.field,
  at: toTime(change.at),
  from_value: change.from,
  to_value: change.to,
  reason: change.reason,
  effective_at: toTime(change.effectiveAt),
  source: change.source,
  event_id: change.eventId,
});

/** An event's line that is there already stays as it is. */
export const appendChanges = (tx: Transaction, changes: readonly StoredChange[], nowMs: number): Promise<void> =>
  inChunks(changes, (chunk) => tx.run(APPEND, [toJson(chunk.map(toChangeRow)), new Date(nowMs)]));

export const markSeen = (tx: Transaction, ids: readonly string[], readAtMs: number): Promise<number> =>
  tx.run(SEEN, [ids, new Date(readAtMs)]);
