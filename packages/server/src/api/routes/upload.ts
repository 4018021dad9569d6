import type { Readable } from 'node:stream';
import fastifyMultipart, { type MultipartFile } from '@fastify/multipart';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import { toMedia } from '../media-view.ts';
import type { ApiPorts } from '../ports.ts';
import * as schemas from '../schemas/media.ts';
import { findMedia } from '../store/media.ts';
import { answers } from './shapes.ts';

const uploadHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, '1 to 200 visible ASCII characters')
    .optional()
    .describe('The same key with the same file returns the first upload instead of storing a second'),
});

/** 100 MB of file and what a form puts around it. */
const MAX_REQUEST_BYTES = (100 << 20) + (1 << 20);
/** One file, and the few fields that may come before it. */
const FORM = { files: 1, fields: 4, parts: 6, fieldSize: 1_000, fileSize: Number.MAX_SAFE_INTEGER, headerPairs: 50 };

type Query = z.output<typeof schemas.uploadQuery>;
interface Sent {
  readonly content: AsyncIterable<Uint8Array>;
  readonly declaredType: string | null;
  readonly filename: string | null;
  readonly query: Query;
}

/** Stays open when reading stops half way: the answer has to go out over the same connection. */
async function* toContent(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch {
    // A form without an end, or a connection that broke: the caller's, not ours.
    throw Object.assign(new Error('the file broke off'), { statusCode: 400 });
  }
}

function fieldsOf(file: MultipartFile): Record<string, string> {
  const fields = Object.entries(file.fields).flatMap(([name, field]) =>
    field !== undefined && !Array.isArray(field) && field.type === 'field' && (name === 'kind' || name === 'voice')
      ? [[name, String(field.value)] as const]
      : [],
  );
  return Object.fromEntries(fields);
}

async function readForm(request: FastifyRequest, query: Query): Promise<Sent | string> {
  // It throws for what is not a form.
  const file = await request.file({ limits: FORM }).catch(() => null);
  if (file === null) return 'The body is not a form, although its Content-Type says so';
  if (file === undefined) return 'The form has no file; its field is called `file`';
  const fields = schemas.uploadQuery.safeParse({ ...query, ...fieldsOf(file) });
  if (!fields.success) return 'The fields `kind` and `voice` of the form are as in the query';
  return {
    content: toContent(file.file),
    declaredType: file.mimetype,
    filename: query.filename ?? (file.filename || null),
    query: fields.data,
  };
}

function readRaw(request: FastifyRequest, query: Query): Sent | string {
  const stream = request.body as Readable | undefined;
  if (stream === undefined) return 'There is no file: send it as the body, or as the field `file` of a form';
  const declaredType = request.headers['content-type'] ?? null;
  return { content: toContent(stream), declaredType, filename: query.filename ?? null, query };
}

async function take(ports: ApiPorts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { workspaceId } = callerOf(request);
  // What is refused half way is not read to its end: no other request may come over this connection.
  const refuseHere: typeof refuse = (_reply, code, more) => refuse(reply.header('connection', 'close'), code, more);
  if (Number(request.headers['content-length'] ?? 0) > MAX_REQUEST_BYTES) return refuseHere(reply, 'media_too_large');
  const query = request.query as Query;
  const sent = request.isMultipart() ? await readForm(request, query) : readRaw(request, query);
  if (typeof sent === 'string')
    return refuseHere(reply, 'invalid_request', { detail: sent, errors: [{ field: 'file', message: sent }] });
  const { query: named, ...file } = sent;
  const { kind = null, voice } = named;
  const key = request.headers['idempotency-key'];
  const idempotencyKey = typeof key === 'string' ? key : null;
  const uploaded = await ports.media.upload({ ...file, workspaceId, kind, isVoice: voice === 'true', idempotencyKey });
  if (!uploaded.ok) {
    const { code, detail, errors } = uploaded.problem;
    return refuseHere(reply, code, { detail, errors });
  }
  const row = await findMedia(ports.db, workspaceId, uploaded.id);
  if (!row) throw new Error('an uploaded file is always stored');
  if (uploaded.replayed) void reply.header('idempotent-replayed', 'true');
  else void reply.header('location', `/api/v1/media/${row.id}`);
  return reply.code(uploaded.replayed ? 200 : 201).send(toMedia(row, ports.media.sign));
}

/** Taking files: in a scope of its own, where bodies of any type are streams and none is parsed. */
export function registerUpload(app: Api, ports: ApiPorts): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    await scope.register(fastifyMultipart);
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.withTypeProvider<ZodTypeProvider>().post(
      '/api/v1/media',
      {
        config: { takesFiles: true },
        schema: {
          summary: 'Upload a file to be sent',
          description:
            'As a form with the field `file` (multipart/form-data), or as the raw body with its Content-Type. The content decides the type; what WhatsApp would refuse is refused here. Use the answer’s id as `id` in a message.',
          tags: ['Media'],
          headers: uploadHeaders,
          querystring: schemas.uploadQuery,
          response: answers({ 200: schemas.media, 201: schemas.media }),
        },
      },
      async (request, reply) => {
        await take(ports, request, reply);
        return reply;
      },
    );
  });
}
