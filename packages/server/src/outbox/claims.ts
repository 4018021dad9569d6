import { type Clock, type Database, type Lease, makeBatcher } from '#kit';
import { type Claimed, claimItems } from './store.ts';

/** Claims for all channels of this process. */
export type Claim = (lease: Lease, ids: readonly string[]) => Promise<readonly Claimed[]>;

interface Request {
  readonly lease: Lease;
  readonly ids: readonly string[];
  got: readonly Claimed[];
}

const MAX_REQUESTS = 64;
const GATHER_MS = 4;

/**
 * Gathers what several senders want to claim at the same moment into one statement: ten busy channels would otherwise
 * make a commit each, for a handful of messages. A failed claim fails for all who asked together; each then puts back
 * what it may hold.
 */
export function makeClaim(db: Database, clock: Clock): Claim {
  const batcher = makeBatcher<Request>({
    maxItems: MAX_REQUESTS,
    maxWeight: Infinity,
    maxWaiting: Infinity,
    inFlight: 1,
    gather: { clock, ms: GATHER_MS },
    weight: () => 1,
    async flush(requests) {
      const wanted = requests.flatMap(({ lease, ids }) => ids.map((id) => ({ id, lease })));
      const byId = new Map((await claimItems(db, wanted)).map((item) => [item.id, item]));
      for (const request of requests) request.got = request.ids.flatMap((id) => byId.get(id) ?? []);
    },
  });
  return async (lease, ids) => {
    const request: Request = { lease, ids, got: [] };
    await batcher.add(request);
    return request.got;
  };
}
