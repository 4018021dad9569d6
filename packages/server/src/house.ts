import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '@wharf/emulator';
import { type Directory, ensureChannel, makeDirectory } from '#channels';
import { type Clock, expireLeases, type Log, makeId, type Started, systemClock } from '#kit';
import { makeMetrics, type Metrics } from '#observe';
import type { Config } from './config.ts';
import { openStorage, type Storage } from './storage.ts';

/** One workspace for now; every row carries it. */
export const WORKSPACE = { id: 'main', name: 'Main' };

/** What the rooms of one process share. */
export interface House {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly started: Started;
  readonly storage: Storage;
  readonly metrics: Metrics;
  readonly directory: Directory;
  readonly meta: Config['meta'];
}

const EMULATED_NUMBER = { id: '106540352242922', displayPhoneNumber: '15550001111', verifiedName: 'Wharf Demo Shop' };
const EMULATED_ACCOUNT = '102290129340398';

/** The emulator's secrets are new at every start: both sides are this program's, and nobody else needs them. */
function toEmulatedMeta(port: number): NonNullable<Config['meta']> {
  const secret = () => randomBytes(24).toString('hex');
  return {
    appSecrets: [secret()],
    verifyToken: secret(),
    accessToken: secret(),
    phoneNumberId: EMULATED_NUMBER.id,
    accountId: EMULATED_ACCOUNT,
    graphUrl: `http://127.0.0.1:${port}`,
  };
}

/** Opens what every room needs: storage, clock, log, the list of channels. */
export async function openHouse(
  options: { readonly config: Config; readonly log: Log },
  started: Started,
): Promise<House> {
  const { config, log } = options;
  const clock = systemClock;
  const storage = await openStorage({ databaseUrl: config.databaseUrl, dataDir: config.dataDir, clock, log, started });
  if (config.databaseUrl === null) await expireLeases(storage.api);
  const directory = makeDirectory({ db: storage.api, clock, workspaceId: WORKSPACE.id });
  const meta = config.emulator ? toEmulatedMeta(config.emulator.port) : config.meta;
  return {
    config,
    log,
    clock,
    started,
    storage,
    metrics: makeMetrics(),
    directory,
    meta,
  };
}

/** Meta's side on this machine, with its phone page. */
export async function startPhone(house: House, port: number, dist: string | undefined): Promise<Emulator> {
  const { meta, config } = house;
  const emulator = await startEmulator({
    port,
    host: config.host,
    appSecret: meta?.appSecrets[0] ?? '',
    verifyToken: meta?.verifyToken ?? '',
    accessToken: meta?.accessToken ?? '',
    wabaId: EMULATED_ACCOUNT,
    numbers: [EMULATED_NUMBER],
    stateFile: join(config.dataDir, 'emulator.json'),
    // People write in order, and the demo should look like it; the tests are where order breaks.
    concurrency: 1,
    ...(dist === undefined ? {} : { phoneDist: dist }),
    log: (line) => house.log.info({ line }, 'emulator'),
  });
  house.started.add('emulator', () => emulator.close());
  return emulator;
}

/** The configured numbers are there before their first message. */
export async function ensureChannels(house: House): Promise<void> {
  const { meta, storage, clock, config } = house;
  const base = { id: makeId('chn', clock.now()), workspaceId: WORKSPACE.id };
  if (meta?.phoneNumberId) {
    const emulated = config.emulator !== null;
    const name = emulated ? EMULATED_NUMBER.verifiedName : 'WhatsApp';
    const phone = emulated ? EMULATED_NUMBER.displayPhoneNumber : null;
    await ensureChannel(storage.api, {
      ...base,
      provider: 'meta',
      externalId: meta.phoneNumberId,
      accountId: meta.accountId,
      name,
      phone,
    });
  }
  if (config.whapi)
    await ensureChannel(storage.api, {
      ...base,
      id: makeId('chn', clock.now()),
      provider: 'whapi',
      externalId: config.whapi.channel,
      accountId: null,
      name: `Whapi ${config.whapi.channel}`,
      phone: null,
    });
  await house.directory.refresh();
}
