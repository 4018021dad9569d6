import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Directory, makeMediaWires } from '#channels';
import { type Clock, type DatabasePool, type Guard, type Log, makeGuard, type Started } from '#kit';
import {
  type BlobStore,
  claimAgain,
  countWaiting,
  type Fetcher,
  makeFolderStore,
  makeLinks,
  type MediaLinks,
  readMediaSecret,
  startFetcher,
} from '#media';
import type { WorkerMetrics } from '#observe';
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
  const blobs = makeFolderStore(place.folder);
  started.add('media store', () => blobs.close());
  return blobs;
}

/** Files as the API hands them out. */
export interface MediaDesk extends MediaLinks {
  fetchAgain(workspaceId: string, id: string): Promise<boolean>;
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
  const links = makeLinks({ db, clock, blobs, secret, ttlMs: config.media.linkMs });
  // The worker looks once a second: nothing has to be told.
  return { ...links, fetchAgain: (workspaceId, id) => claimAgain(db, workspaceId, id) };
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

function openGuard({ settings, clock, started }: MediaWork): Guard {
  const guard = makeGuard({ clock, allow: settings.media.allowPrivateHosts });
  started.add('guard', () => guard.close());
  return guard;
}

/** Fetching, in the worker role. */
export async function openMediaWork(work: MediaWork): Promise<Fetcher> {
  const { settings, db, directory, started, metrics } = work;
  const { meta, whapi } = settings;
  const blobs = await openBlobs(settings.media.place, started);
  const wireOf = makeMediaWires({ meta, whapi: new Map(whapi ? [[whapi.channel, whapi]] : []) }, openGuard(work));
  const fetcher = startFetcher({
    ...work,
    blobs,
    random: Math.random,
    fetch: (channelId, reference, maxBytes) => {
      const channel = directory.get(channelId);
      return channel && wireOf(channel).download(reference, maxBytes);
    },
    onOutcome: (outcome, bytes) => metrics.mediaFetched(outcome, bytes),
    onStored: () => {},
  });
  started.add('media', () => fetcher.stop(), MEDIA_STOP_MS);
  metrics.onScrape(async () => metrics.mediaWaiting(await countWaiting(db)));
  return fetcher;
}

/** What is on its way is fetched again by the next process. */
const MEDIA_STOP_MS = 5_000;
