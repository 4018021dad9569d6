/**
 * Files. Comes in: what messages say of their files, and files to be sent. Goes out: stored bytes under signed links that
 * end soon, and messages whose files have the provider's ids. Never trusts a declared type, name, size or link, never
 * serves what a browser could run, and never fetches inside a batch's walk.
 */
export type { BlobStore } from './blob-store.ts';
export { openBucketStore } from './bucket-store.ts';
export { type LinkChecker, makeLinkChecker } from './check-links.ts';
export { checkMediaRefs } from './check-refs.ts';
export { makeRoom } from './disk-room.ts';
export { type Fetcher, startFetcher } from './fetcher.ts';
export { makeFolderStore } from './folder-store.ts';
export { makeLinks, type MediaLinks } from './open-link.ts';
export { clearIncoming } from './receive.ts';
export { makeResolver, type Resolver } from './resolve.ts';
export { readFile } from './read-file.ts';
export { readMediaSecret } from './secret.ts';
export { makeShrinker } from './shrinker.ts';
export { hasFiles } from './slots.ts';
export { claimAgain, countWaiting } from './store.ts';
export { sweepBlobs } from './sweep.ts';
export { startThumbnails } from './thumbnails.ts';
export { upload, type UploadRequest, type Uploaded } from './upload.ts';
export { removeMedia } from './upload-store.ts';
