import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Directory, makeMediaWires, type MediaWire } from '#channels';
import type { Failure, MessageProblem, Upload } from '@wharf/whatsapp';
import { type Clock, type DatabasePool, every, type Guard, type Log, makeGuard, type Started } from '#kit';
import {
  type BlobStore,
  checkMediaRefs,
  claimAgain,
  clearIncoming,
  countWaiting,
  type Fetcher,
  hasFiles,
  makeRoom,
  type LinkChecker,
  makeFolderStore,
  makeLinkChecker,
  makeLinks,
  makeResolver,
  makeShrinker,
  openBucketStore,
  type MediaLinks,
  readFile,
  readMediaSecret,
  removeMedia,
  type Resolver,
  startFetcher,
  startThumbnails,
  sweepBlobs,
  upload,
  type Uploaded,
  type UploadRequest,
} from '#media';
import type { WorkerMetrics } from '#observe';
import type { Prepare } from '#outbox';
import type { BucketConfig, MediaConfig } from './config-media.ts';
import type { WorkerSettings } from './worker-protocol.ts';

/** Where files are: the same for both threads and all processes of one installation. */
export interface MediaPlace {
  readonly folder: string;
  readonly bucket: BucketConfig | null;
}

export const toMediaPlace = (dataDir: string, media: MediaConfig): MediaPlace => ({
  folder: join(dataDir, 'media'),
  bucket: media.bucket,
});

async function openBlobs(place: MediaPlace, started: Started): Promise<BlobStore> {
  await mkdir(place.folder, { recursive: true, mode: 0o700 });
  const blobs = place.bucket === null ? makeFolderStore(place.folder) : await openBucketStore(place.bucket);
  started.add('media store', () => blobs.close());
  return blobs;
}

/** Files as the API hands them out. */
export interface MediaDesk extends MediaLinks {
  fetchAgain(workspaceId: string, id: string): Promise<boolean>;
  upload(request: UploadRequest): Promise<Uploaded>;
  remove(workspaceId: string, id: string): Promise<boolean>;
  /** A whole file as providers take it; null: it is not stored here. */
  read(wanted: Parameters<typeof readFile>[1]): ReturnType<typeof readFile>;
  /** What is wrong with the files that a message names by our ids. */
  checkRefs(workspaceId: string, message: unknown): Promise<MessageProblem[]>;
  /** What is wrong with the files that a message names by link. */
  checkLinks(message: unknown): Promise<MessageProblem[]>;
}

/** What is wrong with the files that a message names, with fields as the caller wrote them. */
export async function checkMedia(
  desk: Pick<MediaDesk, 'checkRefs' | 'checkLinks'>,
  workspaceId: string,
  message: unknown,
): Promise<MessageProblem[]> {
  if (!hasFiles(message)) return [];
  const [refs, links] = await Promise.all([desk.checkRefs(workspaceId, message), desk.checkLinks(message)]);
  return [...refs, ...links].map((problem) => ({ ...problem, field: `message.${problem.field}` }));
}

export async function openMediaDesk(options: {
  readonly config: { readonly dataDir: string; readonly media: MediaConfig };
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly started: Started;
}): Promise<MediaDesk> {
  const { config, db, clock, started } = options;
  const blobs = await openBlobs(toMediaPlace(config.dataDir, config.media), started);
  const secret = await readMediaSecret({ dataDir: config.dataDir, given: config.media.secret });
  const { folder } = toMediaPlace(config.dataDir, config.media);
  await clearIncoming(folder, clock.now());
  const guard = openGuard({ clock, started, allow: config.media.allowPrivateHosts });
  const hasRoom = makeRoom(folder, clock);
  const links = makeLinkChecker({ guard, clock });
  return {
    ...makeLinks({ db, clock, blobs, secret, ttlMs: config.media.linkMs }),
    upload: (request) => upload({ db, clock, blobs, folder, hasRoom }, request),
    remove: (workspaceId, id) => removeMedia(db, workspaceId, id),
    read: (wanted) => readFile({ db, blobs }, wanted),
    // The worker looks once a second: nothing has to be told.
    fetchAgain: (workspaceId, id) => claimAgain(db, workspaceId, id),
    checkRefs: (workspaceId, message) => checkMediaRefs(db, workspaceId, message),
    checkLinks: (message) => (config.media.checkLinks ? links.check(message) : Promise.resolve([])),
  };
}

interface MediaWork {
  readonly settings: WorkerSettings;
  readonly db: DatabasePool;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly log: Log;
  readonly started: Started;
  readonly metrics: WorkerMetrics;
}

function openGuard(options: {
  readonly clock: Clock;
  readonly started: Started;
  readonly allow: readonly string[];
}): Guard {
  const { clock, started, allow } = options;
  const guard = makeGuard({ clock, allow });
  started.add('guard', () => guard.close());
  return guard;
}

/** What the worker role does with files. */
export interface MediaRooms {
  readonly fetcher: Fetcher;
  /** Makes a message ready for its provider: links are looked at, and files have the provider's ids instead of ours. */
  readonly prepare: Prepare;
}

/** Handlers name links too, and hosts go away while a message waits: tried again as any failure that may pass. */
function toLinkFailure(problems: readonly MessageProblem[]): Failure {
  const advice = problems.map(({ field, message }) => `${field} ${message}`).join('; ');
  return { kind: 'transient', code: 0, httpStatus: null, advice, error: { code: 0 } };
}

const makePrepare =
  (resolver: Resolver, links: LinkChecker | null): Prepare =>
  async (channel, message) => {
    const problems = (await links?.check(message)) ?? [];
    return problems.length > 0 ? { ok: false, failure: toLinkFailure(problems) } : resolver.resolve(channel, message);
  };

/** Fetching, uploading and sweeping, in the worker role. */
export async function openMediaWork(work: MediaWork): Promise<MediaRooms> {
  const { settings, db, directory, clock, log, started, metrics } = work;
  const { folder } = settings.media.place;
  const { meta, whapi } = settings;
  const blobs = await openBlobs(settings.media.place, started);
  const guard = openGuard({ clock, started, allow: settings.media.allowPrivateHosts });
  const wireOf = makeMediaWires({ meta, whapi: new Map(whapi ? [[whapi.channel, whapi]] : []) }, guard);
  const wire = async (channelId: string): Promise<MediaWire | null> => {
    if (directory.get(channelId) === null) await directory.refresh();
    const channel = directory.get(channelId);
    return channel && wireOf(channel);
  };
  const thumbnails = startThumbnails({ db, clock, log, blobs, shrinker: makeShrinker(clock) });
  started.add('thumbnails', () => thumbnails.stop());
  const fetcher = startFetcher({
    ...work,
    blobs,
    random: Math.random,
    fetch: async (channelId, reference, maxBytes) => (await wire(channelId))?.download(reference, maxBytes) ?? null,
    hasRoom: makeRoom(folder, clock),
    onOutcome: (outcome, bytes) => metrics.mediaFetched(outcome, bytes),
    onStored: () => thumbnails.wake(),
  });
  started.add('media', () => fetcher.stop(), MEDIA_STOP_MS);
  metrics.onScrape(async () => metrics.mediaWaiting(await countWaiting(db)));
  started.add(
    'media sweep',
    every({ clock, log, name: 'media sweep', ms: SWEEP_MS, chore: () => sweepBlobs({ db, clock, blobs }) }),
  );
  const upload = async (channelId: string, file: Upload) => (await wire(channelId))?.upload(file) ?? null;
  const resolver = makeResolver({ db, clock, blobs, upload });
  const links = settings.media.checkLinks ? makeLinkChecker({ guard, clock }) : null;
  return { fetcher, prepare: makePrepare(resolver, links) };
}

/** What is on its way is fetched again by the next process. */
const MEDIA_STOP_MS = 5_000;
const SWEEP_MS = 600_000;
