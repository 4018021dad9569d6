import { createHash } from 'node:crypto';
import { findFreeEnd } from '../rules/entry-point.ts';
import { hasOpenWindow, type Pricing, threadKey, type World } from '../world.ts';
import type { Send } from './send.ts';

interface PricingDeps {
  readonly world: World;
  readonly clock: { now(): number };
}

/**
 * What a send costs. Everything is free for 72 h with people who came from an ad; inside the window free-form and
 * utility messages are free; marketing and authentication never are.
 */
export function toPricing({ world, clock }: PricingDeps, send: Send): Pricing {
  const thread = { numberId: send.numberId, personId: send.person?.id ?? '' };
  const key = threadKey(thread.numberId, thread.personId);
  const entry = world.entryPoints.get(key);
  const freeEnd = findFreeEnd(entry, clock.now());
  if (freeEnd !== null) {
    const id = createHash('md5').update(`${key} ${entry?.clickedAt}`).digest('hex');
    const conversation = { id, expiresAt: freeEnd };
    return { billable: false, type: 'free_entry_point', category: 'referral_conversion', conversation };
  }
  const category = send.template?.category.toLowerCase() ?? 'service';
  const isFree = category === 'service' || (category === 'utility' && hasOpenWindow(world, thread, clock.now()));
  return { billable: !isFree, type: isFree ? 'free_customer_service' : 'regular', category };
}
