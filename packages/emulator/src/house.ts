import type { PhoneMessage, PhoneUpdate } from './contract.ts';
import { type AccountDesk, makeAccountDesk, toRate } from './account.ts';
import { applyArrival } from './arrival.ts';
import { type Customer, makeCustomer } from './customer.ts';
import { type Directory, makeDirectory } from './directory.ts';
import { type FetchLink, makeFetchLink } from './fetch-link.ts';
import { type LedgerBook, makeLedger } from './ledger.ts';
import { makeMediaLinks, type MediaLinks } from './media-links.ts';
import { type OpenWorld, openWorld } from './open-world.ts';
import { makePending, type Pending } from './pending.ts';
import { makePhoneStream, type PhoneStream } from './phone-stream.ts';
import { makeThroughput, type Throughput } from './rules/throughput.ts';
import type { World } from './world.ts';
import type { Settings } from './settings.ts';
import { makeStatuses, type Statuses } from './statuses.ts';
import { makeWebhookReport, type WebhookReport } from './webhook-report.ts';
import { makeTemplateDesk, type TemplateDesk } from './templates/desk.ts';
import { type Callbacks, makeCallbacks, toDestination } from './webhooks/callbacks.ts';
import { makeInProcessPoster, makePoster } from './webhooks/post.ts';
import { makeWebhookQueue, type WebhookQueue } from './webhooks/queue.ts';
import type { Update } from './webhooks/update.ts';

/** The parts put together, before HTTP. */
export interface House extends OpenWorld {
  readonly ledger: LedgerBook;
  readonly links: MediaLinks;
  readonly callbacks: Callbacks;
  readonly pending: Pending;
  /** Graph calls under way. */
  readonly calls: Pending;
  readonly report: WebhookReport;
  readonly queue: WebhookQueue;
  readonly statuses: Statuses;
  readonly customer: Customer;
  readonly directory: Directory;
  readonly desk: TemplateDesk;
  readonly account: AccountDesk;
  readonly stream: PhoneStream;
  readonly throughput: Throughput | null;
  readonly fetchLink: FetchLink;
  announce(update: PhoneUpdate): void;
}

/** What stands for an address when `deliver` takes the webhooks. */
const inProcess = 'in-process';

/** `base` is known only once the server listens; addresses of media ask for it when they are made. */
export function makeHouse(settings: Settings, base: () => string): House {
  const { clock } = settings;
  const open = openWorld(settings);
  const { world } = open;
  const rim = makeRim(settings, open);
  const links = makeMediaLinks(settings.appSecret, () => clock.now());
  const throughput = settings.rules.throughput ? makeThroughput((numberId) => findRate(world, numberId)) : null;
  const deps = {
    ...open,
    ...rim,
    clock,
    emit: (update: Update): void => rim.queue.push(update),
    touch: (): void => open.stateFile.touch(),
    mediaUrl: (mediaId: string): string => links.make(base(), mediaId, 'webhook'),
    onInbound: (numberId: string): void => throughput?.count(numberId, clock.now()),
    onArrival: (message: PhoneMessage): void => {
      noteArrival(rim.ledger, world, message, clock.now());
      const bubble = applyArrival(world, message);
      if (bubble !== null) rim.onMessage(bubble);
    },
  };
  const statuses = makeStatuses({ ...deps, delayMs: settings.statusDelayMs, holdMs: settings.holdMs });
  return {
    ...open,
    ...rim,
    links,
    throughput,
    fetchLink: makeFetchLink({ clock, hosts: settings.linkHosts }),
    statuses,
    calls: makePending(),
    customer: makeCustomer(deps),
    directory: makeDirectory({ ...deps, statuses }),
    desk: makeTemplateDesk({ ...deps, templates: world.templates, reviewDelayMs: settings.reviewDelayMs }),
    account: makeAccountDesk(deps),
  };
}

type Rim = Pick<House, 'ledger' | 'callbacks' | 'pending' | 'report' | 'stream' | 'queue' | 'announce'> & {
  /** A bubble appeared or changed. */
  readonly onMessage: (message: PhoneMessage) => void;
};

/** What leaves the house: webhooks, news for the phone page, the ledger. */
function makeRim(settings: Settings, open: OpenWorld): Rim {
  const callbacks = makeCallbacks(settings.webhookUrl ?? (settings.deliver === null ? null : inProcess));
  const pending = makePending();
  const stream = makePhoneStream();
  const report = makeWebhookReport(callbacks, pending, settings.log);
  const announce = (update: PhoneUpdate): void => {
    open.stateFile.touch();
    stream.announce(update);
  };
  const onMessage = (message: PhoneMessage): void => announce({ type: 'message', message });
  const { deliver, concurrency } = settings;
  const queue = makeWebhookQueue({
    ...settings,
    poster: deliver === null ? makePoster(concurrency) : makeInProcessPoster(deliver),
    world: open.world,
    epoch: open.epoch,
    pending,
    destinationOf: (update) => toDestination(callbacks, update),
    onAnswered: (update) => turnTick(open, update, onMessage),
    onResult(result) {
      report.note(result);
      stream.announceWebhook(() => report.current());
    },
  });
  return { ledger: makeLedger(settings.ledgerLimit), callbacks, pending, report, stream, queue, announce, onMessage };
}

function findRate(world: World, numberId: string): number {
  const state = world.numberStates.get(numberId);
  return state === undefined ? 0 : toRate(state);
}

function noteArrival(ledger: LedgerBook, world: World, message: PhoneMessage, at: number): void {
  const { personId, numberId, id: wamid, body } = message;
  const callbackData = world.sends.get(wamid)?.callbackData ?? null;
  ledger.noteArrival({ personId, numberId, wamid, callbackData, at, type: body.type, body });
}

/** The webhook took the message: the customer's phone shows the second tick. */
function turnTick({ world }: OpenWorld, update: Update, onMessage: (message: PhoneMessage) => void): void {
  if (update.kind === 'event') return;
  const { messageId } = update;
  const message = messageId === undefined ? undefined : world.messages.get(messageId);
  if (message?.ticks !== 'sent') return;
  message.ticks = 'delivered';
  onMessage(message);
}

/** Goes on with what was under way at the last stop; posts again what no webhook had answered. */
export function resume({ world, customer, desk }: House): void {
  desk.resume();
  for (const message of world.messages.values()) if (message.ticks === 'sent') customer.repeat(message);
}
