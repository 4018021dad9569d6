/**
 * Pictures are made small in a thread of their own: decoding blocks for a tenth of a second and more, and what is wrong
 * with a stranger's picture ends this thread at most. Started by `shrinker.ts`.
 */
import { parentPort } from 'node:worker_threads';
import { openVips, shrink } from './shrink.ts';

const vips = await openVips();
parentPort?.on('message', (bytes: Uint8Array) => parentPort?.postMessage(shrink(vips, bytes)));
