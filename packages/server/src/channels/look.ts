import type { CallOutcome, WhatsAppEvent } from '@wharf/whatsapp';
import { type Clock, type Database, type Log, statement, toJson } from '#kit';
import { isFit } from './limits.ts';
import { type Channel, type Learned, listChannels, resumeChannel } from './store.ts';

export interface LookOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Asks the provider about a channel; null: it cannot be asked. */
  readonly ask: (channel: Channel) => Promise<CallOutcome<Learned> | null>;
}

// For the time of a look the channel is nobody else's.
const CLAIM = statement(
  'channels_look_claim',
  `with due as (select id from channels where look_at <= to_timestamp($1::float8 / 1000) order by look_at limit 10 for update skip locked)
   update channels c set look_at = to_timestamp($1::float8 / 1000) + interval '2 minutes' from due where c.id = due.id
   returning c.id, c.pauses, (extract(epoch from c.paused_at) * 1000)::bigint as "pausedAt"`,
);

const LEARN = statement(
  'channels_learn',
  `update channels set learned = case when $3::boolean then $2::jsonb else learned || $2::jsonb end, look_at = to_timestamp($4::float8 / 1000) where id = $1`,
);

const WANT = statement(
  'channels_want_look',
  `update channels set look_at = least(look_at, to_timestamp($1::float8 / 1000))
   where provider = 'meta' and (external_id = any($2::text[]) or account_id = any($3::text[]))`,
);

const DAY_PART_MS = 6 * 3_600_000;
const FIRST_MS = 30_000;
const LONGEST_MS = 3_600_000;

/** One that was paused for an error: how often, each within an hour of the one before, and for how long by now. */
export interface Illness {
  readonly pauses: number;
  readonly pausedMs: number;
}

/**
 * When a channel is looked at again: a sick one soon, and ever more rarely, with every pause and with every look that finds
 * it no better: as long again as it has been paused by now, so that each look comes twice as late as the one before.
 */
export const toNextLook = (illness: Illness | null): number =>
  illness === null
    ? DAY_PART_MS
    : Math.min(LONGEST_MS, Math.max(illness.pausedMs, FIRST_MS * 2 ** Math.min(illness.pauses, 10)));

interface Turn {
  readonly id: string;
  readonly pauses: number;
  /** Unix ms. */
  readonly pausedAt: number | null;
}

async function look(options: LookOptions, channel: Channel, { pauses, pausedAt }: Turn): Promise<void> {
  const { db, clock, log, ask } = options;
  const isIll = channel.pausedBy === 'error';
  const outcome = await ask(channel);
  const nowMs = clock.now();
  const isHealthy = outcome?.kind === 'ok' && isFit(outcome.value);
  const learned =
    outcome === null
      ? {}
      : outcome.kind === 'ok'
        ? outcome.value
        : { problem: outcome.advice, lookedAt: new Date(nowMs).toISOString() };
  const nextMs = nowMs + toNextLook(isIll && !isHealthy ? { pauses, pausedMs: nowMs - (pausedAt ?? nowMs) } : null);
  await db.run(LEARN, [channel.id, toJson(learned), outcome?.kind === 'ok', nextMs]);
  if (!isIll || !isHealthy) return;
  await resumeChannel(db, channel.id, 'error');
  log.info({ channel: channel.id }, 'channel.resumed');
}

/** Looks at the channels whose turn it is; one that was paused for an error and is well again goes on. */
export async function lookAtChannels(options: LookOptions): Promise<void> {
  const claimed = await options.db.rows<Turn>(CLAIM, [options.clock.now()]);
  if (claimed.length === 0) return;
  const turns = new Map(claimed.map((turn) => [turn.id, turn]));
  const looks = (await listChannels(options.db)).flatMap((channel) => {
    const turn = turns.get(channel.id);
    return turn ? [look(options, channel, turn)] : [];
  });
  await Promise.all(looks);
}

/** News about these may have changed what a number may do. */
const TELLING: ReadonlySet<string> = new Set([
  'number.quality',
  'number.name',
  'account.capability',
  'account.update',
  'account.review',
  'account.alert',
]);

/** Has channels looked at of which Meta has told something. No statement when it has not. */
export async function wantLooks(
  db: Database,
  events: readonly Pick<WhatsAppEvent, 'kind' | 'channel' | 'account'>[],
  nowMs: number,
): Promise<void> {
  const told = events.filter((event) => TELLING.has(event.kind));
  if (told.length === 0) return;
  await db.run(WANT, [
    nowMs,
    told.flatMap((event) => event.channel ?? []),
    told.flatMap((event) => event.account ?? []),
  ]);
}
