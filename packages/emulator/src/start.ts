import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeStoppableClock, type StoppableClock } from './clock.ts';
import type { Emulator, EmulatorOptions, EmulatorStats, Faults } from './contract.ts';
import type { Done } from './customer.ts';
import { makeEndpoints } from './graph/endpoints.ts';
import { type GraphCore, makeGraphCore } from './graph/core.ts';
import { makeGraphFunction, makeGraphHandler, nowhere } from './graph/serve.ts';
import { type House, makeHouse, resume } from './house.ts';
import { answer, answerJson, parseTarget } from './http.ts';
import { type PhoneDeps, servePhone } from './phone-api.ts';
import { toPhoneState } from './phone-state.ts';
import { type Settings, toSettings } from './settings.ts';
import { toEmulatedTemplate } from './templates/node.ts';
import { findChallengeProblem } from './webhooks/callbacks.ts';

/** Starts the server and everything in it. Rejects when the port is taken or the state file is damaged. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const given = toSettings(options);
  const clock = makeStoppableClock(given.clock);
  const settings = { ...given, clock };
  const listening = { url: '' };
  const house = makeHouse(settings, () => listening.url);
  const core = makeGraphCore(makeEndpoints(house, settings));
  const server = settings.listen ? createServer(makeListener(house, settings, core)) : null;
  listening.url = server === null ? nowhere : await listen(server, settings);
  resume(house);
  return toEmulator({ house, settings, core, server, clock, url: listening.url });
}

async function listen(server: Server, { port, host }: Settings): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  // "Every address" is none a client can go to.
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${actual}`;
}

function makeListener(
  house: House,
  settings: Settings,
  core: GraphCore,
): (request: IncomingMessage, response: ServerResponse) => void {
  const graph = makeGraphHandler(core);
  const phone: PhoneDeps = {
    ...house,
    state: () => toPhoneState(house, settings.clock.now()),
    addPerson: (given) => house.directory.add(given),
    updatePerson: (id, change) => house.directory.update(id, change),
    phoneDist: settings.phoneDist,
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = parseTarget(request);
    if (url === null) return answerJson(response, 400, { error: 'The address cannot be read.' });
    if (isForPhone(request, url)) return redirect(response, '/phone/');
    if (url.pathname.startsWith('/phone/'))
      return servePhone(phone, request, response, url.pathname.slice('/phone/'.length));
    return graph(request, response, url);
  };
  return (request, response) => {
    serve(request, response).catch((error: unknown) => abandon(settings, response, error));
  };
}

/** A browser at the root, or at `/phone` without its slash. */
function isForPhone(request: IncomingMessage, { pathname }: URL): boolean {
  if (request.method !== 'GET') return false;
  return pathname === '/phone' || (pathname === '/' && (request.headers.accept ?? '').includes('text/html'));
}

function redirect(response: ServerResponse, location: string): void {
  answer(response, { status: 302, headers: { location }, body: '' });
}

/** A client that left, or a bug: neither may take the emulator down. */
function abandon(settings: Settings, response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  settings.log(`A request failed inside the emulator: ${error instanceof Error ? error.message : 'unknown reason'}`);
  if (response.headersSent) response.destroy();
  else answerJson(response, 500, { error: { message: 'The emulator failed.', type: 'EmulatorError', code: 1 } });
}

interface Running {
  readonly house: House;
  readonly settings: Settings;
  readonly core: GraphCore;
  /** Null: nobody listens. */
  readonly server: Server | null;
  readonly clock: StoppableClock;
  readonly url: string;
}

function toEmulator(running: Running): Emulator {
  const { house, settings, url } = running;
  return {
    url,
    phoneUrl: `${url}/phone/`,
    connect: (webhookUrl) => connect(running, webhookUrl),
    addPerson: (person) => unwrap(house.directory.add(person)),
    send: (message) => unwrap(house.customer.send(message)),
    react: (reaction) => void unwrap(house.customer.react(reaction)),
    edit: (edit) => void unwrap(house.customer.edit(edit)),
    revoke: (revoke) => void unwrap(house.customer.revoke(revoke)),
    updatePerson: (id, change) => unwrap(house.directory.update(id, change)),
    setNumber: (id, change) => unwrap(house.account.changeNumber(id, change)),
    upgradeThroughput: (id) => unwrap(house.account.upgradeThroughput(id)),
    setAccount: (change) => house.account.changeAccount(change),
    setTemplate: (id, change) => toEmulatedTemplate(unwrap(house.desk.change(id, change))),
    templates: () => [...house.world.templates.all.values()].map(toEmulatedTemplate),
    handle: makeGraphFunction(running.core),
    ledger: () => house.ledger,
    inbox: (personId) => house.world.inboxes.get(personId) ?? [],
    settled: () => house.pending.none(),
    quiet: () => quiet(house),
    setFaults: (faults) => changeFaults(settings.faults, faults),
    stats: () => toStats(house),
    close: () => close(running),
  };
}

/** Programs misuse the handle by mistake only; the phone page gets the same sentence as an answer. */
function unwrap<T>(done: Done<T>): T {
  if (!done.ok) throw new Error(done.error);
  return done.value;
}

/** A webhook's receiver may call the Graph API, and a call makes webhooks. */
async function quiet({ calls, queue }: House): Promise<void> {
  do {
    await calls.none();
    await queue.quiet();
  } while (calls.count() > 0);
}

async function connect({ house, settings }: Running, webhookUrl: string): Promise<void> {
  const problem = await findChallengeProblem(webhookUrl, settings.verifyToken, house.ids.digits(10));
  if (problem !== null) throw new Error(`The webhook did not pass its verification: ${problem}`);
  house.callbacks.app = webhookUrl;
  house.queue.release();
}

const changeFaults = (faults: Faults, change: Partial<Faults>): void => void Object.assign(faults, change);

function toStats({ queue, pending, world }: House): EmulatorStats {
  return { ...queue.counts, pending: pending.count(), sends: world.sends.size };
}

/** New work ends first, the state is written last. POSTs under way are cut: their updates were not answered. */
async function close({ house, server, clock }: Running): Promise<void> {
  clock.stop();
  house.stream.close();
  if (server !== null) await closeServer(server);
  house.queue.close();
  await house.media.written();
  await house.stateFile.close();
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
