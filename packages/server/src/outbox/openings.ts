import { type Database, statement } from '#kit';
import type { Finding } from './policy.ts';

/** Meta's messaging limit, or a warm-up's: so many unique people in any 24 h. */
export interface OpeningBudget {
  readonly workspaceId: string;
  /** Whose limit it is: a portfolio, an account, a channel. A person may name it, so it counts within the workspace. */
  readonly key: string;
  /** 0: without limit. */
  readonly limit: number;
  /** For a person: where the limit comes from. */
  readonly name: string;
}

/** Whether one person may be written to first, under one budget. */
export interface Opening {
  readonly granted: boolean;
  /** People counted, this one included when granted. */
  readonly used: number;
  /** When somebody leaves the count, Unix ms; null when granted. */
  readonly freeAt: number | null;
}

const MINUTE_MS = 60_000;
/** Minutes in which somebody counts: a day, and one for the difference of the clocks. */
const COUNTED = 1_441;
/** The same in ms: who is written to counts for so long. */
export const COUNTED_MS = COUNTED * MINUTE_MS;

const TAKE = statement(
  'openings_take',
  `select person, granted, used, free_minute as "freeMinute" from open_people($1, $2, $3, $4, $5)`,
);

// The same question without an effect.
const PEEK = statement(
  'openings_peek',
  `with known as (select person from openings
     where workspace_id = $1 and budget = $2 and person = any($4::text[]) and minute > $5 - ${COUNTED}),
   total as (select coalesce(sum(people), 0)::int as used, min(minute) filter (where people > 0) + ${COUNTED} as free
             from opening_minutes where workspace_id = $1 and budget = $2 and minute > $5 - ${COUNTED})
   select w.person, k.person is not null or $3 = 0 or t.used < $3 as granted, t.used,
     case when k.person is null and $3 <> 0 and t.used >= $3 then t.free end as "freeMinute"
   from unnest($4::text[]) as w(person) cross join total t left join known k on k.person = w.person`,
);

const PRUNE = statement(
  'openings_prune',
  `with minutes as (delete from opening_minutes where minute < $1) delete from openings where minute < $1`,
);

interface Row {
  readonly person: string;
  readonly granted: boolean;
  readonly used: number;
  readonly freeMinute: number | null;
}

async function ask(query: typeof TAKE, db: Database, asked: Asked): Promise<Map<string, Opening>> {
  const { budget, people, nowMs } = asked;
  const rows = await db.rows<Row>(query, [
    budget.workspaceId,
    budget.key,
    budget.limit,
    [...new Set(people)],
    Math.floor(nowMs / MINUTE_MS),
  ]);
  return new Map(
    rows.map(({ person, granted, used, freeMinute }) => [
      person,
      { granted, used, freeAt: freeMinute === null ? null : freeMinute * MINUTE_MS },
    ]),
  );
}

export interface Asked {
  readonly budget: OpeningBudget;
  readonly people: readonly string[];
  readonly nowMs: number;
}

/** Counts these people, as far as the limit reaches, in their order. What is taken stays taken, sent or not. */
export const takeOpenings = (db: Database, asked: Asked): Promise<Map<string, Opening>> => ask(TAKE, db, asked);

/** What `takeOpenings` would say to each of them alone. */
export const peekOpenings = (db: Database, asked: Asked): Promise<Map<string, Opening>> => ask(PEEK, db, asked);

/** A wall clock may run days ahead before somebody sets it back: until then nobody is forgotten who would count again. */
const MARGIN = 7 * 1_440;

/** Forgets who has not been counted for a week, also of budgets that nobody asks about any more; returns how many. */
export const pruneOpenings = (db: Database, nowMs: number): Promise<number> =>
  db.run(PRUNE, [Math.floor(nowMs / MINUTE_MS) - COUNTED - MARGIN]);

/** What a budget says, in words. */
export function decideOpening({ limit, name }: OpeningBudget, opening: Opening): Finding {
  const { granted, used, freeAt } = opening;
  const share = limit === 0 ? `${used} people in 24 h, without a limit` : `${used} of ${limit} people in 24 h`;
  if (granted) return { rule: 'tier', effect: 'allow', text: `Within ${name}: ${share}` };
  const text = `${name} is used up (${share}): it goes when somebody is counted no more, or raise the limit`;
  return { rule: 'tier', effect: 'defer', text, scope: 'class', ...(freeAt === null ? {} : { until: freeAt }) };
}

/** What a number may do on its first days. */
export interface WarmUp {
  readonly startedAt: string;
  /** People on the first day, the second, …; after the last day there is no limit. */
  readonly perDay: readonly number[];
}

const DAY_MS = 86_400_000;

/** The budgets that hold for a channel at this moment. */
export function toBudgets(
  channel: {
    readonly id: string;
    readonly workspaceId: string;
    readonly accountId: string | null;
    readonly portfolioId: string | null;
    readonly tier: number | null;
    readonly warmUp: WarmUp | null;
  },
  nowMs: number,
): OpeningBudget[] {
  const owner = channel.portfolioId ?? channel.accountId ?? channel.id;
  const { workspaceId } = channel;
  const tier = { workspaceId, key: owner, limit: channel.tier ?? 0, name: "Meta's messaging limit" };
  const day = channel.warmUp ? Math.max(0, Math.floor((nowMs - Date.parse(channel.warmUp.startedAt)) / DAY_MS)) : 0;
  const warm = channel.warmUp?.perDay[day];
  if (warm === undefined) return [tier];
  const name = `The warm-up of this number (day ${day + 1})`;
  return [{ workspaceId, key: `warm-up ${channel.id}`, limit: warm, name }, tier];
}
