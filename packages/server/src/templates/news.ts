import { type EventOf, type TemplateSummary, toLanguageCode, type WhatsAppEvent } from '@wharf/whatsapp';
import type { News } from './state.ts';

export type TemplateEvent = EventOf<
  'template.status' | 'template.quality' | 'template.components' | 'template.category' | 'template.misclassified'
>;

const KINDS: ReadonlySet<string> = new Set([
  'template.status',
  'template.quality',
  'template.components',
  'template.category',
  'template.misclassified',
]);
export const isTemplateEvent = (event: WhatsAppEvent): event is TemplateEvent => KINDS.has(event.kind);

/** Words of the webhook that are, in the list, another one. */
const STATUS_OF: Readonly<Record<string, string>> = { REINSTATED: 'APPROVED', UNARCHIVED: 'APPROVED' };

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const partOf = (value: unknown, key: string): unknown => (isJson(value) ? value[key] : undefined);
const textOf = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);

const MAX_DETAIL = 1_000;

/** Meta's sentences about a state: why it was refused and what to change, or the step of the ladder it is on. */
function toDetail(raw: unknown): string | null {
  const said = [
    ['rejection_info', 'reason'],
    ['rejection_info', 'recommendation'],
    ['other_info', 'title'],
    ['other_info', 'description'],
  ] as const;
  const parts = said.map(([group, key]) => textOf(partOf(partOf(raw, group), key))).filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' · ').slice(0, MAX_DETAIL);
}

const MAX_TEXT = 2_000;
const shown = (value: unknown): string | undefined => textOf(value)?.slice(0, MAX_TEXT);

/** The webhook names the new texts but not the whole: a reading brings that. */
function toAnnouncedContent(raw: unknown): object {
  const buttons = partOf(raw, 'message_template_buttons');
  const titles = Array.isArray(buttons)
    ? buttons.map((button) => shown(partOf(button, 'message_template_button_text')))
    : [];
  return {
    title: shown(partOf(raw, 'message_template_title')),
    body: shown(partOf(raw, 'message_template_element')),
    footer: shown(partOf(raw, 'message_template_footer')),
    buttons: titles.filter((title) => title !== undefined).slice(0, 10),
  };
}

/** The last moment of the year 9999: what a timestamp of a webhook may be is not ours to say. */
const LAST_MS = 253_402_300_799_999;
const toDateOrNull = (ms: number | undefined): number | null =>
  ms !== undefined && ms > 0 && ms <= LAST_MS ? Math.round(ms) : null;

type Told = Pick<News, 'status' | 'category' | 'upcoming' | 'quality' | 'remark'>;

function toStatus(event: EventOf<'template.status'>): Told {
  const word = STATUS_OF[event.status] ?? event.status;
  const status = { word, reason: event.reason ?? null, detail: toDetail(event.raw) };
  return event.category === undefined ? { status } : { status, category: event.category };
}

function toCategory(event: EventOf<'template.category'>): Told {
  if (!event.upcoming) return { category: event.to };
  const upcoming = { category: event.to, effectiveAt: toDateOrNull(event.effectiveAt) };
  return event.from === undefined ? { upcoming } : { upcoming, category: event.from };
}

function toJudged(event: EventOf<'template.misclassified'>): Told {
  const upcoming = event.correct === undefined ? {} : { upcoming: { category: event.correct, effectiveAt: null } };
  return event.category === undefined ? upcoming : { ...upcoming, category: event.category };
}

const TOLD: { readonly [K in TemplateEvent['kind']]: (event: EventOf<K>) => Told } = {
  'template.status': toStatus,
  'template.quality': (event) => ({ quality: event.to }),
  'template.components': (event) => ({
    remark: { field: 'components', from: null, to: toAnnouncedContent(event.raw), reason: 'Meta told of new texts' },
  }),
  'template.category': toCategory,
  'template.misclassified': toJudged,
};

/** A clock that runs ahead, or a time that is none, must not shut out everything that comes later. */
const MAX_AHEAD_MS = 5 * 60_000;

function toMoment(at: number | null, arrivedAt: number): number {
  return at !== null && Number.isFinite(at) && at > 0 ? Math.min(at, arrivedAt + MAX_AHEAD_MS) : arrivedAt;
}

/** News without a name is of use only for a template whose id is known. */
export type ToldNews = Omit<News, 'name' | 'language'> & {
  readonly name: string | null;
  readonly language: string | null;
};

/** A webhook's event as news. `arrivedAt` stands in where the wire gives no time. */
export function toNews(event: TemplateEvent, arrivedAt: number): ToldNews {
  return {
    templateId: event.templateId,
    name: event.name ?? null,
    language: event.language === undefined ? null : toLanguageCode(event.language),
    at: toMoment(event.at, arrivedAt),
    source: 'webhook',
    eventId: event.id,
    ...(TOLD[event.kind] as (event: TemplateEvent) => Told)(event),
  };
}

/** How Meta's list says that nothing was wrong. */
const NONE: ReadonlySet<string> = new Set(['', 'NONE']);

/** A row of Meta's list as news: read at `at`, it counts as of `asOf`. */
export function toListedNews(summary: TemplateSummary, at: number, asOf: number): News {
  const { rejectedReason = 'NONE', status, category, correctCategory, qualityScore } = summary;
  const reason = NONE.has(rejectedReason) ? null : rejectedReason;
  const isMoving = correctCategory !== undefined && correctCategory !== category;
  return {
    templateId: summary.id,
    name: summary.name,
    language: toLanguageCode(summary.language),
    at,
    asOf,
    source: 'sync',
    eventId: null,
    content: {
      components: summary.components,
      parameterFormat: summary.parameterFormat ?? null,
      ttlSeconds: summary.ttlSeconds ?? null,
    },
    ...(status === undefined ? {} : { status: { word: status, reason, detail: null } }),
    ...(category === undefined ? {} : { category }),
    ...(qualityScore === undefined ? {} : { quality: qualityScore }),
    ...(isMoving ? { upcoming: { category: correctCategory, effectiveAt: null } } : {}),
  };
}
