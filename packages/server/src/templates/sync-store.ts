import { type Database, statement, toJson, type Transaction } from '#kit';
import type { Account } from './store.ts';

/** An account that this process reads; `claim` is what it may settle under. */
export interface Claimed extends Account {
  readonly claim: number;
  readonly failures: number;
}

// What is asked for while a reading runs is for the next one: the claim takes the wish with it.
const CLAIM = statement(
  'templates_claim_account',
  `with free as (select workspace_id, account_id from template_accounts
                 where (wanted or due_at <= $1) and coalesce(claimed_until <= $1, true) and coalesce(retry_at <= $1, true)
                 order by due_at limit 1 for update skip locked)
   update template_accounts a set wanted = false, claim = a.claim + 1, claimed_until = $2, tried_at = $1
   from free where a.workspace_id = free.workspace_id and a.account_id = free.account_id
   returning a.workspace_id as "workspaceId", a.account_id as "accountId", a.claim, a.failures`,
);

// Whoever settles under an old claim stood still for too long: somebody else is at it, or has been.
const SUCCEED = statement(
  'templates_sync_done',
  `update template_accounts set claimed_until = null, failures = 0, error = null, error_code = null, synced_at = $4, due_at = $5, retry_at = $6
   where workspace_id = $1 and account_id = $2 and claim = $3`,
);

const FAIL = statement(
  'templates_sync_failed',
  `update template_accounts set claimed_until = null, failures = failures + 1, error = $4, error_code = $5, due_at = $6, retry_at = $6
   where workspace_id = $1 and account_id = $2 and claim = $3`,
);

const YIELD = statement(
  'templates_sync_left',
  `update template_accounts set claimed_until = null, wanted = true where workspace_id = $1 and account_id = $2 and claim = $3`,
);

// Somebody is waiting for it: a backoff ends.
const ASK = statement(
  'templates_ask_sync',
  `update template_accounts set wanted = true, retry_at = null
   where workspace_id = $1 and ($2::text is null or account_id = $2)`,
);

const START = statement(
  'templates_want_at_start',
  `update template_accounts a set wanted = true
   from jsonb_to_recordset($1::jsonb) as n("workspaceId" text, "accountId" text)
   where a.workspace_id = n."workspaceId" and a.account_id = n."accountId" and coalesce(a.synced_at < $2, true)`,
);

/** One account whose time has come and that nobody is at, or null. */
export const claimAccount = async (db: Database, nowMs: number, untilMs: number): Promise<Claimed | null> =>
  (await db.rows<Claimed>(CLAIM, [new Date(nowMs), new Date(untilMs)]))[0] ?? null;

/** False: the claim was somebody else's by then, and what was read must not be stored. */
export async function settleSynced(
  tx: Transaction,
  { workspaceId, accountId, claim }: Claimed,
  times: { readonly readAtMs: number; readonly dueAtMs: number; readonly notBeforeMs: number },
): Promise<boolean> {
  const { readAtMs, dueAtMs, notBeforeMs } = times;
  const moments = [new Date(readAtMs), new Date(dueAtMs), new Date(notBeforeMs)];
  return (await tx.run(SUCCEED, [workspaceId, accountId, claim, ...moments])) === 1;
}

export const settleFailed = (
  db: Database,
  { workspaceId, accountId, claim }: Claimed,
  failure: { readonly error: string; readonly code: number | null; readonly retryAtMs: number },
): Promise<number> =>
  db.run(FAIL, [workspaceId, accountId, claim, failure.error, failure.code, new Date(failure.retryAtMs)]);

/** Gives a claim back undone. */
export const yieldAccount = (db: Database, { workspaceId, accountId, claim }: Claimed): Promise<number> =>
  db.run(YIELD, [workspaceId, accountId, claim]);

/** A whole workspace, or one account of it. */
export type Asked = Pick<Account, 'workspaceId'> & { readonly accountId: string | null };

/** Somebody is waiting: they are read within seconds. Returns how many will be. */
export const askSync = (db: Database, { workspaceId, accountId }: Asked): Promise<number> =>
  db.run(ASK, [workspaceId, accountId]);

export const wantAtStart = (db: Database, accounts: readonly Account[], staleBeforeMs: number): Promise<number> =>
  db.run(START, [toJson(accounts), new Date(staleBeforeMs)]);
