import type { IncomingMessage } from 'node:http';
import { makeDelay } from '#kit';
import { type Answer, closing, fail, failForm, ok, unsupported, UNAVAILABLE } from './answer.ts';
import { BrokenForm, type FormFile, isForm, readFormFile } from './form.ts';
import type { GraphApiOptions, GraphFile, Uploaded } from './options.ts';

/** 100 MB of file and what a form puts around it. */
const MAX_REQUEST_BYTES = (100 << 20) + (1 << 20);

const noFile = (message: string): Answer => closing(failForm([{ field: 'file', message, reason: 'missing' }]));

/** What is refused half way is not read to its end: no other request may come over this connection. */
function toAnswer(uploaded: Uploaded): Answer {
  if (uploaded.ok) return ok({ id: uploaded.id });
  const { code, detail } = uploaded.problem;
  if (code === 'storage_full') return closing(UNAVAILABLE);
  const httpStatus = code === 'idempotency_conflict' ? 409 : 400;
  return closing(fail({ code: 100, message: `Param file: ${detail}`, details: detail, httpStatus }));
}

async function readFile(req: IncomingMessage): Promise<FormFile | Answer> {
  if (!isForm(req)) return noFile('is required: send the file as multipart/form-data');
  if (Number(req.headers['content-length'] ?? 0) > MAX_REQUEST_BYTES)
    return closing(fail({ code: 100, message: 'Param file may have 100 MB', httpStatus: 413 }));
  return (await readFormFile(req)) ?? noFile('is required');
}

/** `POST /PHONE/media`: the id is Wharf's, and good for messages of every number of the workspace. */
export async function answerUpload(
  { media, findChannel }: GraphApiOptions,
  req: IncomingMessage,
  call: { readonly workspaceId: string; readonly numberId: string; readonly idempotencyKey: string | null },
): Promise<Answer> {
  const { workspaceId, numberId, idempotencyKey } = call;
  if ((await findChannel(workspaceId, numberId)) === null) return closing(unsupported('POST', numberId));
  try {
    const file = await readFile(req);
    return 'status' in file ? file : toAnswer(await media.upload({ ...file, workspaceId, idempotencyKey }));
  } catch (error) {
    if (error instanceof BrokenForm) return noFile('must be whole: the form broke off or is none');
    throw error;
  }
}

const FETCHING_MS = 250;
/** What came a moment ago is still being fetched; no client waits for longer than this. */
const PATIENCE_MS = 10_000;

async function findSettled(options: GraphApiOptions, workspaceId: string, id: string): Promise<GraphFile | null> {
  const { clock, media, waitMs } = options;
  const endsAt = clock.elapsed() + Math.min(waitMs, PATIENCE_MS);
  for (;;) {
    const file = await media.find(workspaceId, id);
    if (file?.state !== 'referenced' || clock.elapsed() >= endsAt) return file;
    await makeDelay(clock, FETCHING_MS);
  }
}

const HOST = /^[\w.:[\]-]{1,255}$/;

/** Where the caller reached us: the link goes to nobody else. */
function toOrigin({ headers }: IncomingMessage): string {
  const said = String(headers['x-forwarded-host'] ?? headers.host ?? '');
  const protocol = headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  return `${protocol}://${HOST.test(said) ? said : 'localhost'}`;
}

/** `GET /MEDIA_ID`: a link that lives for some minutes, as Meta's does. */
export async function answerFind(
  options: GraphApiOptions,
  req: IncomingMessage,
  call: { readonly workspaceId: string; readonly id: string },
): Promise<Answer> {
  const file = await findSettled(options, call.workspaceId, call.id);
  if (file?.state !== 'stored') return unsupported('GET', call.id);
  return ok({
    messaging_product: 'whatsapp',
    url: `${toOrigin(req)}${options.media.sign(file.id)}`,
    mime_type: file.type,
    sha256: file.sha256,
    file_size: file.sizeBytes,
    id: call.id,
  });
}

/** `DELETE /MEDIA_ID`. */
export async function answerRemove(
  { media }: GraphApiOptions,
  { workspaceId, id }: { readonly workspaceId: string; readonly id: string },
): Promise<Answer> {
  const file = await media.find(workspaceId, id);
  const isGone = file !== null && (await media.remove(workspaceId, file.id));
  return isGone ? ok({ success: true }) : unsupported('DELETE', id);
}
