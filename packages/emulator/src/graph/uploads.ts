import { toSha256 } from '../media-store.ts';
import type { Ids } from '../ids.ts';
import { badParam, type GraphAnswer, ok, refused } from './answer.ts';
import { textOf } from './params.ts';
import type { GraphCall, Route } from './route.ts';

/** The Resumable Upload API: samples of template headers and profile photos. Sessions end with the program. */
export interface UploadDeps {
  readonly ids: Ids;
  readonly sessions: Map<string, UploadSession>;
}

export interface UploadSession {
  readonly length: number;
  readonly type: string;
  bytes: Buffer;
}

const types = new Set(['application/pdf', 'image/jpeg', 'image/jpg', 'image/png', 'video/mp4']);

export const uploadRoutes = (deps: UploadDeps): readonly Route[] => [
  { method: 'POST', path: '{app}/uploads', run: (call) => open(deps, call) },
  { method: 'POST', path: '{upload}', run: (call) => append(deps, call) },
  { method: 'GET', path: '{upload}', run: (call) => describe(deps, call) },
];

function open({ ids, sessions }: UploadDeps, { params }: GraphCall): GraphAnswer {
  const length = Number(textOf(params, 'file_length'));
  const type = textOf(params, 'file_type') ?? '';
  if (!Number.isInteger(length) || length < 1)
    return refused(badParam('Param file_length must be a positive integer.'));
  if (!types.has(type)) return refused(badParam(`Param file_type must be one of {${[...types].join(', ')}}.`));
  const id = `upload:${Buffer.from(ids.digits(24)).toString('base64url')}`;
  sessions.set(id, { length, type, bytes: Buffer.alloc(0) });
  return ok({ id });
}

/** Raw bytes at `file_offset`; the handle comes with the last of them. */
function append({ sessions }: UploadDeps, { nodeId, body, fileOffset }: GraphCall): GraphAnswer {
  const session = sessions.get(nodeId);
  if (session === undefined) return refused(badParam('There is no such upload session.'));
  if (fileOffset !== session.bytes.length)
    return refused(badParam(`The header file_offset must be ${session.bytes.length}.`));
  const bytes = Buffer.concat([session.bytes, body]);
  if (bytes.length > session.length) return refused(badParam('The file has more bytes than file_length says.'));
  session.bytes = bytes;
  if (bytes.length < session.length) return ok({ id: nodeId, file_offset: bytes.length });
  return ok({ h: `4::${Buffer.from(session.type).toString('base64url')}:${toSha256(bytes)}` });
}

function describe({ sessions }: UploadDeps, { nodeId }: GraphCall): GraphAnswer {
  const session = sessions.get(nodeId);
  return session === undefined
    ? refused(badParam('There is no such upload session.'))
    : ok({ id: nodeId, file_offset: session.bytes.length });
}
