import type { Clock } from '../contract.ts';
import type { Ids } from '../ids.ts';
import type { MediaLinks } from '../media-links.ts';
import { type MediaStore, toSha256 } from '../media-store.ts';
import type { MediaRecord, World } from '../world.ts';
import { badParam, type GraphAnswer, ok, refused, success, unknownNode } from './answer.ts';
import { checkFile, toPlainType } from './check-file.ts';
import { isLiveMedia } from './check-media.ts';
import { textOf } from './params.ts';
import type { GraphCall, Route } from './route.ts';

export interface MediaDeps {
  readonly world: World;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly media: MediaStore;
  readonly links: MediaLinks;
}

export const mediaRoutes = (deps: MediaDeps): readonly Route[] => [
  { method: 'POST', path: '{phone}/media', run: (call) => upload(deps, call) },
  { method: 'GET', path: '{media}', run: (call) => describe(deps, call) },
  { method: 'DELETE', path: '{media}', run: (call) => remove(deps, call) },
];

function upload(deps: MediaDeps, { nodeId, params, file }: GraphCall): GraphAnswer {
  if (params.messaging_product !== 'whatsapp') return refused(badParam('The parameter messaging_product is required.'));
  if (file === null) return refused(badParam('The parameter file is required.'));
  const mimeType = (textOf(params, 'type') ?? file.mimeType).toLowerCase();
  const refusal = checkFile(toPlainType(mimeType), file);
  if (refusal !== null) return refused(refusal);
  const id = deps.ids.node();
  deps.media.put(id, file.bytes);
  deps.world.media.set(id, {
    id,
    numberId: nodeId,
    mimeType,
    sha256: toSha256(file.bytes),
    size: file.bytes.length,
    filename: file.filename,
    at: deps.clock.now(),
    from: 'upload',
  });
  return ok({ id });
}

/** The record while its id lives, and, when the caller names a number, only for that number. */
function findLive(deps: MediaDeps, { nodeId, params }: GraphCall): MediaRecord | null {
  const record = deps.world.media.get(nodeId);
  if (record === undefined || !isLiveMedia(record, deps.clock.now())) return null;
  const numberId = textOf(params, 'phone_number_id');
  return numberId === undefined || numberId === record.numberId ? record : null;
}

function describe(deps: MediaDeps, call: GraphCall): GraphAnswer {
  const record = findLive(deps, call);
  if (record === null) return refused(unknownNode(call.nodeId, call.method));
  return ok({
    url: deps.links.make(call.base, record.id, 'getMedia'),
    mime_type: record.mimeType,
    sha256: record.sha256,
    file_size: record.size,
    id: record.id,
    messaging_product: 'whatsapp',
  });
}

function remove(deps: MediaDeps, call: GraphCall): GraphAnswer {
  const record = findLive(deps, call);
  if (record === null) return refused(unknownNode(call.nodeId, call.method));
  deps.world.media.delete(record.id);
  deps.media.remove(record.id);
  return success;
}

/** The bytes behind a download address; 404 once it has expired. */
export async function download(deps: MediaDeps, query: URLSearchParams): Promise<GraphAnswer> {
  const mediaId = deps.links.parse(query);
  const record = mediaId === null ? undefined : deps.world.media.get(mediaId);
  const bytes = record === undefined ? null : await deps.media.get(record.id);
  if (record === undefined || bytes === null)
    return { kind: 'json', status: 404, body: { error: 'URL signature expired' } };
  return { kind: 'bytes', bytes, mimeType: record.mimeType };
}
