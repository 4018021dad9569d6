import type { Clock } from './contract.ts';
import { type Fetched, isFit, type LinkedFile } from './graph/linked-files.ts';

/** Fetches files by link as Meta does when it has taken a send. True: WhatsApp takes the file, or it is not for us to fetch. */
export type FetchLink = (file: LinkedFile) => Promise<boolean>;

export interface FetchLinkOptions {
  readonly clock: Clock;
  /** Only from here; files of other hosts are taken on trust. */
  readonly hosts: readonly string[];
}

const patienceMs = 10_000;
const maxBytes = 100 * 1024 * 1024;
const maxRedirects = 3;
/** Meta keeps what it fetched for ten minutes. */
const keptMs = 600_000;

async function readCapped(response: Response): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    length += part.length;
    if (length > maxBytes) return null;
  }
  return Buffer.concat(parts);
}

interface Asked {
  readonly url: URL;
  readonly isAllowed: (url: URL) => boolean;
  readonly signal: AbortSignal;
  readonly redirects: number;
}

/** Null: it led to no file. */
async function fetchFile({ url, isAllowed, signal, redirects }: Asked): Promise<Fetched | null> {
  const response = await fetch(url, { redirect: 'manual', signal });
  const location = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && location !== null && URL.canParse(location, url.href)) {
    await response.body?.cancel();
    const next = new URL(location, url);
    if (redirects === maxRedirects || !isAllowed(next)) return null;
    return fetchFile({ url: next, isAllowed, signal, redirects: redirects + 1 });
  }
  const type = response.headers.get('content-type');
  if (response.status !== 200 || type === null) {
    await response.body?.cancel();
    return null;
  }
  const bytes = await readCapped(response);
  return bytes && { type, bytes };
}

export function makeFetchLink({ clock, hosts }: FetchLinkOptions): FetchLink {
  const allowed = new Set(hosts);
  const kept = new Map<string, number>();
  const isAllowed = (url: URL): boolean => /^https?:$/.test(url.protocol) && allowed.has(url.hostname);
  return async ({ kind, link }) => {
    // Beside an id, or in a field that is no file, nothing has looked at it.
    if (!URL.canParse(link)) return true;
    const url = new URL(link);
    const key = `${kind} ${link}`;
    if (!isAllowed(url) || (kept.get(key) ?? 0) > clock.now()) return true;
    const asked = { url, isAllowed, signal: AbortSignal.timeout(patienceMs), redirects: 0 };
    // Away, silent or broken off: all the same to Meta.
    const file = await fetchFile(asked).catch(() => null);
    const isTaken = file !== null && isFit(kind, file);
    if (isTaken) kept.set(key, clock.now() + keptMs);
    return isTaken;
  };
}
