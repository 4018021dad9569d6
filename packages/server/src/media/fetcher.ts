import type { CallOutcome, Download } from '@wharf/whatsapp';
import { every, type Log, toReason } from '#kit';
import { decideRetry } from './decide-retry.ts';
import { type Keeping, keepBytes, toSha256, toThumbnailState } from './keep.ts';
import { claimFetches, type FetchRow, settleFailed, settleStored } from './store.ts';

/** Where a file is said to be. `url` is given only while it can still be good. */
export interface FileReference {
  readonly id: string | null;
  readonly url: string | null;
}

/** Fetches a file of one channel from its provider; null when there is no such channel (any more). */
export type Fetch = (
  channelId: string,
  reference: FileReference,
  maxBytes: number,
) => Promise<CallOutcome<Download> | null>;

export interface FetcherOptions extends Keeping {
  readonly log: Log;
  readonly random: () => number;
  readonly fetch: Fetch;
  readonly hasRoom: () => Promise<boolean>;
  readonly onOutcome: (outcome: 'stored' | 'retry' | 'corrupt' | 'lost', bytes: number) => void;
  readonly onStored: () => void;
}

export interface Fetcher {
  /** There may be something new. */
  wake(): void;
  /** Takes nothing new, and waits for what is on its way. */
  stop(): Promise<void>;
}

/** A provider's limit for what it takes in; larger files cannot come over Meta. */
const MAX_BYTES = 100 << 20;
/** Files are in memory while they are fetched. */
const AT_ONCE = 4;
const POLL_MS = 1_000;
/** Walks come a hundred times a second under load; looking for files 20 times is enough. */
const GATHER_MS = 50;
/** Above what a fetch may take in all: three exchanges of 60 s. */
const LEASE_MS = 300_000;
/** Meta's links live five minutes; one that is nearly over is not worth the try. */
const LINK_MS = 240_000;

const NO_CHANNEL: CallOutcome<never> = {
  kind: 'channel',
  code: 0,
  httpStatus: null,
  advice: 'The channel that received this file is not connected any more. Connect it again, then try once more.',
  error: { code: 0 },
};
const NO_REFERENCE: CallOutcome<never> = {
  kind: 'permanent',
  code: 0,
  httpStatus: null,
  advice: 'The message came without its file. It can be seen on the phone that received it.',
  error: { code: 0 },
};

const NO_ROOM: CallOutcome<never> = {
  kind: 'transient',
  code: 0,
  httpStatus: null,
  advice: 'The disk of files is almost full. Make room, or set WHARF_BUCKET.',
  error: { code: 0 },
};

async function ask({ fetch, clock, hasRoom }: FetcherOptions, row: FetchRow): Promise<CallOutcome<Download>> {
  const isFresh = clock.now() - row.createdAt.getTime() < LINK_MS;
  const reference = { id: row.providerId, url: isFresh || row.providerId === null ? row.url : null };
  if (reference.id === null && reference.url === null) return NO_REFERENCE;
  if (!(await hasRoom())) return NO_ROOM;
  if (row.channelId === null) return NO_CHANNEL;
  return (await fetch(row.channelId, reference, MAX_BYTES)) ?? NO_CHANNEL;
}

const CORRUPT = 'The content is not what WhatsApp said it would be: its SHA-256 differs. It was not kept.';

type Settled = Parameters<FetcherOptions['onOutcome']>;

async function store(options: FetcherOptions, row: FetchRow, { bytes }: Download): Promise<Settled> {
  const sha256 = await toSha256(bytes);
  if (row.sha256 !== null && row.sha256 !== sha256) {
    await settleFailed(options.db, row, { state: 'corrupt', reason: CORRUPT, dueAt: null });
    return ['corrupt', 0];
  }
  const kept = await keepBytes(options, { workspaceId: row.workspaceId, sha256, bytes, declared: row.mimeType });
  const thumbnail = toThumbnailState(kept.sniffedType);
  await settleStored(options.db, row, { ...kept, thumbnail, at: options.clock.now() });
  if (thumbnail === 'wanted') options.onStored();
  return ['stored', bytes.length];
}

async function fetchOne(options: FetcherOptions, row: FetchRow): Promise<Settled> {
  const outcome = await ask(options, row);
  if (outcome.kind === 'ok') return store(options, row, outcome.value);
  const { attempts } = row;
  const at = { createdAt: row.createdAt.getTime(), nowMs: options.clock.now(), chance: options.random() };
  const verdict = decideRetry({ failure: outcome, attempts, ...at });
  await settleFailed(options.db, row, verdict);
  return [verdict.state === 'lost' ? 'lost' : 'retry', 0];
}

/** One line for each file that is settled; one that is tried again says so only the first time. */
function tell({ log }: FetcherOptions, row: FetchRow, [outcome, bytes]: Settled): void {
  const line = { media: row.id, channel: row.channelId, kind: row.kind, outcome, attempt: row.attempts, bytes };
  if (outcome === 'stored') log.info(line, 'media.fetched');
  else if (outcome !== 'retry' || row.attempts === 1) log.warn(line, 'media.missed');
}

async function perform(options: FetcherOptions, row: FetchRow): Promise<void> {
  try {
    const settled = await fetchOne(options, row);
    options.onOutcome(...settled);
    tell(options, row, settled);
  } catch (error) {
    // The database or the disk: the claim ends by itself, and the row is due again.
    options.log.error({ media: row.id, reason: toReason(error) }, 'media.failed');
  }
}

/**
 * Fetches the files that messages name, a few at a time, until each is stored or known to be lost. Any number of processes
 * may do so at once: a row is one's for as long as its claim lasts.
 */
export function startFetcher(options: FetcherOptions): Fetcher {
  const { db, clock, log } = options;
  const flights = new Set<Promise<void>>();
  let stopped = false;
  let turn: Promise<void> | null = null;
  let again = false;
  let cancelLook: (() => void) | null = null;

  async function fill(): Promise<void> {
    const limit = AT_ONCE - flights.size;
    if (stopped || limit <= 0) return;
    const rows = await claimFetches(db, { nowMs: clock.now(), leaseMs: LEASE_MS, limit });
    for (const row of rows) {
      const flight: Promise<void> = perform(options, row).finally(() => {
        flights.delete(flight);
        look();
      });
      flights.add(flight);
    }
  }

  async function round(): Promise<void> {
    do {
      again = false;
      await fill();
    } while (again);
  }

  function look(): void {
    again = true;
    turn ??= round()
      .catch((error: unknown) => log.warn({ reason: toReason(error) }, 'media.claim_failed'))
      .finally(() => (turn = null));
  }

  function wake(): void {
    cancelLook ??= clock.after(GATHER_MS, () => {
      cancelLook = null;
      look();
    });
  }

  const stopPolling = every({ clock, log, name: 'media', ms: POLL_MS, chore: async () => look() });
  look();
  return {
    wake,
    async stop() {
      stopped = true;
      cancelLook?.();
      await stopPolling();
      await turn;
      await Promise.all(flights);
    },
  };
}
