import type { PhoneNumber } from '@wharf/whatsapp';
import type { Channel, Learned } from './store.ts';

/** Meta's throughput of an ordinary number, one that was raised, and one that is in use in the phone app too. */
const META_MPS = { standard: 80, high: 1_000, coexistent: 20 };
/** Whapi.Cloud publishes no rate, and numbers that hurry are banned. */
const WHAPI_MPS = 2;

/** How fast and how far a channel may go, and on whose word. */
export interface Limits {
  readonly mps: number;
  readonly mpsFrom: 'person' | 'provider' | 'default';
  /** Unique people in 24 h; 0: without limit. */
  readonly tier: number;
  readonly tierFrom: 'person' | 'provider' | 'default';
}

/** A person's word counts before the provider's. */
export function toLimits({
  provider,
  mps,
  tier,
  learned,
}: Pick<Channel, 'provider' | 'mps' | 'tier' | 'learned'>): Limits {
  const [saidMps, saidTier] = [learned.mps ?? null, learned.tier ?? null];
  const from = (own: number | null, said: number | null) =>
    own !== null ? 'person' : said !== null ? 'provider' : 'default';
  return {
    mps: mps ?? saidMps ?? (provider === 'meta' ? META_MPS.standard : WHAPI_MPS),
    mpsFrom: from(mps, saidMps),
    tier: tier ?? saidTier ?? 0,
    tierFrom: from(tier, saidTier),
  };
}

const TIER = /^TIER_(\d+)(K?)$/;

/** `TIER_2K` → 2000, `TIER_UNLIMITED` → 0; what nobody knows says nothing. */
export function toTier(word: string | undefined): number | undefined {
  if (word === 'TIER_UNLIMITED') return 0;
  const [, digits, thousands] = TIER.exec(word ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits) * (thousands === 'K' ? 1_000 : 1);
}

function toMps({ isOnBizApp, throughput }: PhoneNumber): number | undefined {
  if (isOnBizApp) return META_MPS.coexistent;
  if (throughput === 'HIGH') return META_MPS.high;
  return throughput === 'STANDARD' ? META_MPS.standard : undefined;
}

/** Meta's reasons against sending, with its ways out. */
function toProblem({ health }: PhoneNumber): string | undefined {
  if (health === undefined || health.canSend === 'AVAILABLE') return undefined;
  const errors = health.entities.flatMap((entity) => entity.errors);
  const words = errors.map(({ code, description, solution }) => `${description} ${solution}`.trim() || `error ${code}`);
  const notes = health.entities.flatMap((entity) => entity.notes);
  return [...words, ...notes].join(' ').slice(0, 500) || `Meta says that sending is ${health.canSend}`;
}

/** What an answer of Meta teaches about a number. */
export function toLearned(number: PhoneNumber, nowMs: number): Learned {
  const known = {
    mps: toMps(number),
    tier: toTier(number.messagingLimit),
    quality: number.qualityRating,
    status: number.status,
    canSend: number.health?.canSend,
    isCoexistent: number.isOnBizApp,
    problem: toProblem(number),
    lookedAt: new Date(nowMs).toISOString(),
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

const UNFIT: ReadonlySet<string> = new Set(['BANNED', 'RESTRICTED', 'DISCONNECTED', 'DELETED', 'MIGRATED', 'OFFLINE']);

/** Whether Meta takes messages from it, as far as it says. */
export const isFit = ({ canSend, status }: Learned): boolean =>
  canSend !== 'BLOCKED' && !UNFIT.has(status ?? 'CONNECTED');
