import { existsSync, readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';

/** A link to the thread that reads it; only Linux has it, and only Linux gives threads a priority of their own. */
const SELF = '/proc/thread-self';
const LOWEST = 19;

/** Lets all other threads of this machine that did not do the same go first: this one gets what they leave. */
export function stepBack(by: number): void {
  if (!existsSync(SELF)) return;
  const thread = Number(basename(readlinkSync(SELF)));
  setPriority(thread, Math.min(LOWEST, getPriority(thread) + by));
}
