import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '@wharf/emulator';
import { type Directory, ensureChannel, makeDirectory } from '#channels';
import { type Clock, every, expireLeases, type Log, makeId, type Started, systemClock } from '#kit';
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

/** How late a process may learn what another one, or a person, has changed about a channel. */
const LOOK_MS = 2_000;

/**
 * The configured numbers are there before their first message. What becomes of them and of others, in whatever process,
 * is known here soon: whether they are paused, how far they may go, which account they belong to.
 */
export async function ensureChannels(
  house: Pick<House, 'meta' | 'clock' | 'log' | 'directory' | 'started'> & {
    readonly db: Storage['api'];
    readonly whapi: Config['whapi'];
    readonly isEmulated: boolean;
  },
): Promise<void> {
  const { meta, db, whapi, clock, log, directory, isEmulated } = house;
  const base = { id: makeId('chn', clock.now()), workspaceId: WORKSPACE.id };
  if (meta?.phoneNumberId) {
    const name = isEmulated ? EMULATED_NUMBER.verifiedName : 'WhatsApp';
    const phone = isEmulated ? EMULATED_NUMBER.displayPhoneNumber : null;
    await ensureChannel(db, {
      ...base,
      provider: 'meta',
      externalId: meta.phoneNumberId,
      accountId: meta.accountId,
      name,
      phone,
    });
  }
  if (whapi)
    await ensureChannel(db, {
      ...base,
      id: makeId('chn', clock.now()),
      provider: 'whapi',
      externalId: whapi.channel,
      accountId: null,
      name: `Whapi ${whapi.channel}`,
      phone: null,
    });
  await directory.refresh();
  const chore = () => directory.refresh();
  house.started.add('channels', every({ clock, log, name: 'channels', ms: LOOK_MS, chore }));
}
