import type { PhoneMessage } from '../contract.ts';
import type { House } from '../house.ts';
import { makeMarketingCap } from '../rules/marketing-cap.ts';
import { makePairRate } from '../rules/pair-rate.ts';
import { makeTierWindow } from '../rules/tier.ts';
import type { Settings } from '../settings.ts';
import { analyticsRoutes } from './analytics.ts';
import { makeHasNode } from './dispatch.ts';
import { historyRoutes } from './history.ts';
import { download, mediaRoutes } from './media.ts';
import { type MessageDeps, messageRoutes } from './messages.ts';
import { numberRoutes } from './numbers.ts';
import type { GraphDeps } from './core.ts';
import { subscriptionRoutes } from './subscriptions.ts';
import { templateRoutes } from './templates.ts';
import { type UploadSession, uploadRoutes } from './uploads.ts';
import { checkToken, tokenRoutes } from './token.ts';

/** The route table of the Graph API, over one world. */
export function makeEndpoints(house: House, settings: Settings): GraphDeps {
  const { world, ids } = house;
  const entries = new Map<string, string>();
  const sessions = new Map<string, UploadSession>();
  const media = { ...house, clock: settings.clock };
  const token = { world, accessToken: settings.accessToken, appSecret: settings.appSecret };
  const newChallenge = (): string => ids.digits(10);
  const numbers = { ...house, clock: settings.clock, profiles: new Map(), newChallenge };
  return {
    ...settings,
    epoch: house.epoch,
    calls: house.calls,
    ids,
    routes: [
      ...messageRoutes(toMessageDeps(house, settings)),
      ...mediaRoutes(media),
      ...numberRoutes(numbers),
      ...templateRoutes({
        ...house,
        ...settings,
        wabaId: world.wabaId,
        templates: world.templates,
        touch: () => house.stateFile.touch(),
      }),
      ...subscriptionRoutes({ ...house, newChallenge, onChanged: () => house.queue.release() }),
      ...historyRoutes({ world, entries, newId: () => ids.node() }),
      ...uploadRoutes({ ids, sessions }),
      ...analyticsRoutes({ world, insights: { enabled: false } }),
      ...tokenRoutes(token),
    ],
    hasNode: makeHasNode(world, { entries, uploads: sessions }),
    checkToken: (given, params) => checkToken(token, given, params),
    download: (query) => download(media, query),
  };
}

/** Typing shows this long, or until the next message. */
const typingMs = 25_000;

function toMessageDeps(house: House, { clock, rules }: Settings): MessageDeps {
  const onTyping = ({ personId, numberId }: PhoneMessage): void =>
    house.announce({ type: 'typing', personId, numberId, until: clock.now() + typingMs });
  return {
    ...house,
    clock,
    rules: {
      window: rules.window,
      pairRate: rules.pairRate ? makePairRate() : null,
      throughput: house.throughput,
      tier: makeTierWindow(),
      marketingCap: makeMarketingCap(),
    },
    onRead: (messages) => messages.forEach((message) => house.announce({ type: 'message', message })),
    onTyping,
  };
}
