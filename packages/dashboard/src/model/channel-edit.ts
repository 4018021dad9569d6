import type { Channel, ChannelChange } from '../api/types.ts';
import type { Place } from './field-errors.ts';

type Pacing = Channel['pacing'];

const DAY_MS = 86_400_000;

/** Meta's tiers: unique people in 24 h that a portfolio may write to first; 0 is without limit. */
export const TIERS = [250, 2_000, 10_000, 100_000, 0] as const;

export const toTierWords = (tier: number): string =>
  tier === 0 ? 'without limit' : `${tier.toLocaleString('en-GB')} people`;

/** On whose word a limit stands. */
export const FROM_WORDS: Record<Pacing['tierFrom'], string> = {
  person: 'set here',
  provider: 'as the provider says',
  default: 'until the provider says otherwise',
};

export interface WarmUpDay {
  /** 1 on the first day. */
  day: number;
  of: number;
  /** People it may write to first today. */
  people: number;
}

/** Which day of its warm-up it is; null: there is none, or it has ended. Before it begins its first day holds, as in the outbox. */
export function toWarmUpDay(warmUp: Pacing['warmUp'], now: number): WarmUpDay | null {
  if (!warmUp) return null;
  const passed = Math.max(0, Math.floor((now - Date.parse(warmUp.startedAt)) / DAY_MS));
  const people = warmUp.perDay[passed];
  return people === undefined ? null : { day: passed + 1, of: warmUp.perDay.length, people };
}

/** The form of a channel; empty words give the word back to the provider. */
export interface ChannelDraft {
  name: string;
  perSecond: string;
  tier: string;
  portfolioId: string;
  /** Numbers with commas; empty: no warm-up. */
  perDay: string;
}

export const toChannelDraft = ({ name, portfolioId, pacing }: Channel): ChannelDraft => ({
  name,
  perSecond: pacing.perSecondFrom === 'person' ? String(pacing.perSecond) : '',
  tier: pacing.tierFrom === 'person' ? String(pacing.tier) : '',
  portfolioId: portfolioId ?? '',
  perDay: pacing.warmUp?.perDay.join(', ') ?? '',
});

/** Where the fields stand in the request. */
export const CHANNEL_PLACES: readonly Place[] = [
  ['name', 'name'],
  ['perSecond', 'perSecond'],
  ['tier', 'tier'],
  ['portfolioId', 'portfolioId'],
  ['warmUp', 'perDay'],
];

/** What is not a number stays as it is, for the API to refuse. */
function toNumber(word: string): number | null {
  const trimmed = word.trim();
  return trimmed === '' ? null : Number(trimmed);
}

function toWarmUp(perDay: string, channel: Channel, nowIso: string): Pacing['warmUp'] {
  const days = perDay.split(/[\s,;]+/).filter(Boolean);
  if (days.length === 0) return null;
  // A schedule that is corrected goes on from its day.
  return { startedAt: channel.pacing.warmUp?.startedAt ?? nowIso, perDay: days.map(Number) };
}

/** Only what is different is sent; null: nothing is. `nowIso`: when a new warm-up begins. */
export function toChannelChange(channel: Channel, draft: ChannelDraft, nowIso: string): ChannelChange | null {
  const before = toChannelDraft(channel);
  const isNew = (key: keyof ChannelDraft): boolean => draft[key].trim() !== before[key];
  const change: ChannelChange = {
    ...(isNew('name') ? { name: draft.name.trim() } : {}),
    ...(isNew('perSecond') ? { perSecond: toNumber(draft.perSecond) } : {}),
    ...(isNew('tier') ? { tier: toNumber(draft.tier) } : {}),
    ...(isNew('portfolioId') ? { portfolioId: draft.portfolioId.trim() || null } : {}),
    ...(isNew('perDay') ? { warmUp: toWarmUp(draft.perDay, channel, nowIso) } : {}),
  };
  return Object.keys(change).length > 0 ? change : null;
}

/** Words of a provider about its number: GREEN, CONNECTED, AVAILABLE … */
const GOOD: ReadonlySet<string> = new Set(['GREEN', 'CONNECTED', 'AVAILABLE']);
const BUSY: ReadonlySet<string> = new Set(['YELLOW', 'LIMITED', 'FLAGGED', 'PENDING']);
const UNKNOWN: ReadonlySet<string> = new Set(['UNKNOWN', 'NA']);

export function toHealthTone(word: string): 'good' | 'busy' | 'bad' | 'neutral' {
  if (GOOD.has(word)) return 'good';
  if (BUSY.has(word)) return 'busy';
  return UNKNOWN.has(word) ? 'neutral' : 'bad';
}
