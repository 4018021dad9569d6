import { buffer } from 'node:stream/consumers';
import type { CallOutcome, Failure, OutgoingMessage, Upload } from '@wharf/whatsapp';
import type { Clock, Database } from '#kit';
import type { BlobStore } from './blob-store.ts';
import { toSafeName } from './serve-type.ts';
import { listOwn, replaceIds, type Slot } from './slots.ts';
import { type FileRow, findFiles } from './store.ts';
import { findSentId, keepSentId } from './upload-store.ts';

export interface ResolveOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly blobs: BlobStore;
  /** Uploads to the provider of a channel; null when there is no such channel. */
  readonly upload: (channelId: string, upload: Upload) => Promise<CallOutcome<{ id: string }> | null>;
}

export interface SendingChannel {
  readonly id: string;
  readonly workspaceId: string;
}

/** The failure has the columns of any other call's, and the place in the message. */
export type Resolved =
  | { readonly ok: true; readonly message: OutgoingMessage }
  | { readonly ok: false; readonly failure: Failure & { readonly field: string } };

export interface Resolver {
  /** Puts the provider's ids in place of ours; what it does not have yet is uploaded, once for however many callers. */
  resolve(channel: SendingChannel, message: OutgoingMessage): Promise<Resolved>;
}

/** Ids live 30 days; a day is left for messages that wait. */
const LIFE_MS = 29 * 86_400_000;

const final = (advice: string): Failure => ({
  kind: 'permanent',
  code: 0,
  httpStatus: null,
  advice,
  error: { code: 0 },
});
const UNKNOWN = final(
  'The message names a file that is not stored here (any more). Upload it again with POST /api/v1/media.',
);
const VANISHED: Failure = {
  ...final('The file is not where files are kept. Check the data folder or bucket: every process needs the same one.'),
  kind: 'transient',
};
const NO_CHANNEL: Failure = { ...final('The channel is not connected.'), kind: 'channel' };

type IdOutcome = CallOutcome<{ readonly id: string }>;
type Stored = FileRow & { readonly contentSha256: string };

const isStored = (row: FileRow | undefined): row is Stored => row?.state === 'stored' && row.contentSha256 !== null;

async function uploadFile(options: ResolveOptions, channel: SendingChannel, row: Stored): Promise<IdOutcome> {
  const { db, clock, blobs, upload } = options;
  const file = { workspaceId: channel.workspaceId, channelId: channel.id, sha256: row.contentSha256 };
  const known = await findSentId(db, file, clock.now());
  if (known !== null) return { kind: 'ok', value: { id: known } };
  const stream = await blobs.open(file);
  if (stream === null) return VANISHED;
  const mimeType = row.sniffedType ?? 'application/octet-stream';
  const named = { bytes: await buffer(stream), mimeType, filename: toSafeName(row.filename, mimeType) };
  const startedAt = clock.now();
  const sent = (await upload(channel.id, named)) ?? NO_CHANNEL;
  if (sent.kind === 'ok') await keepSentId(db, file, { id: sent.value.id, expiresAt: startedAt + LIFE_MS });
  return sent;
}

/** Whoever asks for the same while it is under way gets the same answer. */
function makeSingleFlight<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const flights = new Map<string, Promise<T>>();
  return (key, work) => {
    const flying = flights.get(key);
    if (flying) return flying;
    const flight = work().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
}

type Flight = ReturnType<typeof makeSingleFlight<IdOutcome>>;

async function resolveSlots(
  options: ResolveOptions & { readonly once: Flight },
  channel: SendingChannel,
  slots: readonly (Slot & { readonly id: string })[],
): Promise<{ ok: true; ids: Map<Slot, string> } | Extract<Resolved, { ok: false }>> {
  const ids = slots.map((slot) => slot.id);
  const rows = new Map((await findFiles(options.db, channel.workspaceId, ids)).map((row) => [row.id, row]));
  const found = new Map<Slot, string>();
  for (const slot of slots) {
    const row = rows.get(slot.id);
    const outcome: IdOutcome = isStored(row)
      ? await options.once(`${channel.id} ${row.contentSha256}`, () => uploadFile(options, channel, row))
      : UNKNOWN;
    if (outcome.kind !== 'ok') return { ok: false, failure: { ...outcome, field: `${slot.field}.id` } };
    found.set(slot, outcome.value.id);
  }
  return { ok: true, ids: found };
}

export function makeResolver(options: ResolveOptions): Resolver {
  const work = { ...options, once: makeSingleFlight<IdOutcome>() };
  return {
    async resolve(channel, message) {
      const slots = listOwn(message);
      if (slots.length === 0) return { ok: true, message };
      const resolved = await resolveSlots(work, channel, slots);
      return resolved.ok ? { ok: true, message: replaceIds(message, resolved.ids) } : resolved;
    },
  };
}
