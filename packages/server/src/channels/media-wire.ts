import {
  type CallOutcome,
  type Download,
  type Failure,
  type GraphClient,
  makeGraphClient,
  makeWhapiClient,
  type Upload,
  type WhapiClient,
} from '@wharf/whatsapp';
import type { Guard } from '#kit';
import type { Channel } from './store.ts';
import type { Credentials } from './wire.ts';

/** Where a webhook says a file is; a link is only given while it can still be good. */
export interface FileReference {
  readonly id: string | null;
  readonly url: string | null;
}

/** The calls about files, bound to one channel. Both may be repeated without harm. */
export interface MediaWire {
  download(reference: FileReference, maxBytes: number): Promise<CallOutcome<Download>>;
  upload(upload: Upload): Promise<CallOutcome<{ id: string }>>;
}

/** 100 MB at 14 Mbit/s. */
const TIMEOUT_MS = 60_000;

const final = (advice: string): Failure => ({
  kind: 'permanent',
  code: 0,
  httpStatus: null,
  advice,
  error: { code: 0 },
});
const GONE = final('The link to the file has expired, and the message named no id to ask for another one.');
const MISSING: Failure = {
  ...final('No access token is configured for this channel. Set WHATSAPP_ACCESS_TOKEN (or the Whapi token).'),
  kind: 'channel',
};

const isDecided = (outcome: CallOutcome<Download>): boolean =>
  outcome.kind === 'ok' || (outcome.kind === 'permanent' && outcome.httpStatus !== null && outcome.httpStatus < 300);

/** A link that is no more (404) may have ended between the two calls: one more is asked for. */
async function downloadById(graph: GraphClient, id: string, maxBytes: number): Promise<CallOutcome<Download>> {
  let outcome: CallOutcome<Download> = GONE;
  for (let round = 0; round < 2; round += 1) {
    const info = await graph.mediaInfo(id);
    if (info.kind !== 'ok') return info;
    outcome = await graph.downloadMedia(info.value.url, { maxBytes });
    if (outcome.kind === 'ok' || outcome.httpStatus !== 404) return outcome;
  }
  return outcome;
}

const toMetaWire = (graph: GraphClient, numberId: string): MediaWire => ({
  async download({ id, url }, maxBytes) {
    const direct = url === null ? null : await graph.downloadMedia(url, { maxBytes });
    if (direct !== null && (isDecided(direct) || id === null)) return direct;
    return id === null ? GONE : downloadById(graph, id, maxBytes);
  },
  upload: (upload) => graph.uploadMedia(numberId, upload),
});

/** Whapi's links lead to a store of its own, and need no token: none is sent. */
async function downloadByLink(guard: Guard, url: string, maxBytes: number): Promise<CallOutcome<Download>> {
  const outcome = await guard.fetch(url, { timeoutMs: TIMEOUT_MS, maxBytes, maxRedirects: 3 });
  if (!outcome.ok) {
    const { isLasting, detail, reason } = outcome.failure;
    const httpStatus = reason === 'too_large' ? 200 : null;
    return { ...final(detail), kind: isLasting ? 'permanent' : 'transient', httpStatus };
  }
  const { status, header, body } = outcome.reply;
  if (status === 200) return { kind: 'ok', value: { bytes: body, mimeType: header('content-type') ?? '' } };
  return { ...final(`The link to the file answered ${status}.`), httpStatus: status };
}

/** What Whapi writes while it has not fetched the file itself. */
const PLACEHOLDER = 'media_init';

const toWhapiWire = (whapi: WhapiClient, guard: Guard): MediaWire => ({
  async download({ id, url }, maxBytes) {
    const direct = url === null ? null : await downloadByLink(guard, url, maxBytes);
    const isNamed = id !== null && id !== PLACEHOLDER;
    if (direct !== null && (isDecided(direct) || !isNamed)) return direct;
    return isNamed ? whapi.downloadMedia(id, { maxBytes }) : GONE;
  },
  upload: (upload) => whapi.uploadMedia(upload),
});

const unreachable: MediaWire = { download: () => Promise.resolve(MISSING), upload: () => Promise.resolve(MISSING) };

/** Makes the wires for files of all channels. The token of Meta goes to Meta's hosts only: the client sees to it. */
export function makeMediaWires(credentials: Credentials, guard: Guard): (channel: Channel) => MediaWire {
  const { meta } = credentials;
  const graph = meta
    ? makeGraphClient({ baseUrl: meta.graphUrl, accessToken: meta.accessToken, timeoutMs: TIMEOUT_MS })
    : null;
  const whapis = new Map(
    [...credentials.whapi].map(([channel, { token, url }]) => [
      channel,
      makeWhapiClient({ baseUrl: url, token, timeoutMs: TIMEOUT_MS }),
    ]),
  );
  return (channel) => {
    const whapi = whapis.get(channel.externalId);
    if (channel.provider === 'meta' && graph) return toMetaWire(graph, channel.externalId);
    if (channel.provider === 'whapi' && whapi) return toWhapiWire(whapi, guard);
    return unreachable;
  };
}
