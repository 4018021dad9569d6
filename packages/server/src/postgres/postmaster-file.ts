import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from './address.ts';
import { codeOf } from './problem.ts';

/** What a postmaster says about itself in `postmaster.pid`. It is read here and never written, never deleted. */
export type PostmasterFile = { readonly pid: number; readonly address: Address | undefined };

/** Undefined when there is no such file, so no server was left behind. */
export function readPostmasterFile(cluster: string): PostmasterFile | undefined {
  try {
    return parsePostmasterFile(readFileSync(join(cluster, 'postmaster.pid'), 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Lines (src/include/utils/pidfile.h): pid, data folder, start time, port, socket folder, listen address, shared
 * memory key, status. A young postmaster has written only the first ones; a stand-alone backend negates its pid.
 */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10));
  if (!Number.isSafeInteger(pid) || pid === 0) return undefined;
  return { pid, address: parseAddress(lines[3], lines[4], lines[5]) };
}

function parseAddress(port = '', socket = '', listen = ''): Address | undefined {
  const number = Number.parseInt(port, 10);
  if (!Number.isSafeInteger(number)) return undefined;
  if (socket !== '') return { host: socket, port: number };
  if (listen === '') return undefined;
  return { host: listen === '*' ? '127.0.0.1' : listen, port: number };
}
