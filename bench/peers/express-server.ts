import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Queue } from 'bullmq';
import express, { type Express, type Request } from 'express';
import { Pool } from 'pg';
import { serveParent } from '../child.ts';
import type { Place } from '../postgres.ts';

/**
 * A receiver of webhooks as tutorials build it: Express verifies the HMAC over the raw body and hands the body to a store.
 * It is written to be quick: no logging, no other middleware, `NODE_ENV=production`, and the only look-up is the route.
 */
export type ExpressStore =
  /** A job for each request; `awaits`: the answer waits until Redis has taken it. */
  | { readonly kind: 'bullmq'; readonly redisPort: number; readonly awaits: boolean }
  /** A row for each request, committed before the answer. */
  | { readonly kind: 'insert'; readonly place: Place };

const [secret = '', json = ''] = process.argv.slice(2);
const store = JSON.parse(json) as ExpressStore;

/** Requests whose body the store has not confirmed. */
let unstored = 0;

function isSigned(req: Request, body: Buffer): boolean {
  const given = Buffer.from(req.get('x-hub-signature-256') ?? '');
  const right = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  return given.length === right.length && timingSafeEqual(given, right);
}

type Keep = (body: Buffer) => Promise<unknown>;

function makeQueueing(redisPort: number): Keep {
  const queue = new Queue('webhooks', {
    connection: { host: '127.0.0.1', port: redisPort },
    // Finished jobs would pile up in Redis otherwise.
    defaultJobOptions: { removeOnComplete: true },
  });
  return (body) => queue.add('webhook', JSON.parse(body.toString()));
}

async function makeInserting(place: Place): Promise<Keep> {
  const pool = new Pool({ ...place, max: 20 });
  await pool.query(
    'create table if not exists peer_webhooks (id bigserial primary key, received_at timestamptz not null default now(), body jsonb not null)',
  );
  return (body) =>
    pool.query({ name: 'keep', text: 'insert into peer_webhooks (body) values ($1)', values: [body.toString()] });
}

async function counted(keep: Keep, body: Buffer): Promise<void> {
  unstored++;
  try {
    await keep(body);
  } finally {
    unstored--;
  }
}

function makeApp(keep: Keep, awaits: boolean): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.post('/webhooks/whatsapp', express.raw({ type: 'application/json', limit: '3mb' }), (req, res, next) => {
    const body = req.body as Buffer;
    const kept = isSigned(req, body) ? counted(keep, body) : null;
    const answer = (): unknown => res.status(200).send('OK');
    if (kept === null) res.status(401).send('NO');
    else if (awaits) kept.then(answer, next);
    else {
      kept.catch((error: unknown) => console.error(error));
      answer();
    }
  });
  return app;
}

const keep = store.kind === 'bullmq' ? makeQueueing(store.redisPort) : await makeInserting(store.place);
const server = makeApp(keep, store.kind === 'insert' || store.awaits).listen(0, '127.0.0.1', () =>
  serveParent({ port: (server.address() as AddressInfo).port }, { unstored: () => unstored }),
);
