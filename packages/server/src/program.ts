import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { type Credentials, ensureChannel, makeDirectory, makeWires } from '#channels';
import { makeGateway } from '#gateway';
import { keepPartitions, makeAppender, SHARDS } from '#journal';
import { type DatabasePool, type Log, makeId, makeLeaseKeeper, makePool, migrate, systemClock, toReason } from '#kit';
import { joinParked, joinStrays } from '#ledger';
import { makeSenders } from '#outbox';
import { startEmbeddedPostgres } from '#postgres';
import { HANDLERS, loadReactions } from '#reactions';
import type { Config } from './config.ts';
import { makeWorker } from './worker.ts';

void [createServer, join, randomBytes, keepPartitions, toReason, joinStrays, makeId];
export async function startProgram(config: Config, log: Log): Promise<{ url: string; stop(): Promise<void> }> {
  const clock = systemClock;
  const pg = config.databaseUrl ? null : await startEmbeddedPostgres({ dataDir: config.dataDir, log: (f: unknown, m: string) => log.info(f as object as Record<string, unknown>, m) } as never);
  const url = config.databaseUrl ?? pg!.url;
  await migrate(url, new URL('../migrations', import.meta.url).pathname);
  const pool = (name: string, max: number): DatabasePool => makePool({ url, max, name: `wharf-${name}`, onIdleError: () => {} });
  const gatewayDb = pool('gateway', 3);
  const workerDb = pool('worker', 4);
  const outDb = pool('outbox', 6);
  const directory = makeDirectory({ db: workerDb, clock, workspaceId: 'main' });
  if (config.meta?.phoneNumberId) await ensureChannel(workerDb, { id: makeId('chn', clock.now()), workspaceId: 'main', provider: 'meta', externalId: config.meta.phoneNumberId, accountId: config.meta.accountId, name: 'WhatsApp', phone: null });
  await directory.refresh();
  const credentials: Credentials = { meta: config.meta && { graphUrl: config.meta.graphUrl, accessToken: config.meta.accessToken }, whapi: new Map() };
  const wireOf = makeWires(credentials);
  const owner = makeId('wkr', clock.now());
  const senders = makeSenders({
    db: outDb,
    clock,
    log,
    random: Math.random,
    rules: { maxAttempts: 5, graceMs: config.graceMs },
    keeper: makeLeaseKeeper({ db: outDb, clock, owner, prefix: 'sender/', total: 1, ttlMs: config.leaseMs }),
    listChannels: async () => {
      await directory.refresh();
      return directory.list().filter((c) => c.state === 'active').map((c) => ({ id: c.id, workspaceId: c.workspaceId, provider: c.provider, wire: wireOf(c) }));
    },
    joinParked,
    onOutcome: (_c, o) => log.info({ o }, 'outcome'),
  });
  const reactions = new Map([[HANDLERS, await loadReactions(config.reactions)]]);
  const worker = makeWorker({
    db: workerDb,
    clock,
    log,
    keeper: makeLeaseKeeper({ db: workerDb, clock, owner, prefix: 'shard/', total: SHARDS, ttlMs: config.leaseMs }),
    directory,
    reactions,
    senders,
    recall: () => undefined,
    onEvents: (k) => log.info({ k }, 'events'),
  });
  const appender = makeAppender({ db: gatewayDb, clock, onAppended: () => worker.wake() });
  const gateway = makeGateway({
    clock,
    log,
    workspaceId: 'main',
    appSecrets: config.meta?.appSecrets ?? [],
    verifyToken: config.meta?.verifyToken ?? null,
    whapi: new Map(),
    append: (d) => appender.add(d),
    isReady: () => true,
    counters: { request: () => {} },
  });
  const server = createServer((req, res) => {
    if (!gateway.handle(req, res)) res.writeHead(404).end();
  });
  await new Promise<void>((r) => server.listen(config.port, config.host, r));
  const running = Promise.all([worker.run(), senders.run()]);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      worker.stop();
      await senders.stop();
      await running;
      await Promise.all([gatewayDb.close(), workerDb.close(), outDb.close()]);
      await pg?.stop();
    },
  };
}
