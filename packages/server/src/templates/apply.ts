import { isSameContent } from './content.ts';
import type { Change, ChangeField, News, TemplateState } from './state.ts';

/** What news makes of a template. */
export interface Applied {
  readonly state: TemplateState;
  readonly changes: readonly Change[];
  /** A reading says otherwise than newer news: one more reading is needed to know. */
  readonly isContested: boolean;
}

const toMoment = (news: News): number => news.asOf ?? news.at;

/** A template of which nothing is known but its name. */
export const toStub = (id: string, { name, language, templateId }: News, nowMs: number): TemplateState => ({
  id,
  templateId,
  name,
  language,
  status: null,
  rejectedReason: null,
  statusDetail: null,
  statusAt: null,
  category: null,
  categoryAt: null,
  upcomingCategory: null,
  upcomingAt: null,
  announcedAt: null,
  quality: null,
  qualityAt: null,
  components: null,
  parameterFormat: null,
  ttlSeconds: null,
  componentsAt: null,
  syncedAt: null,
  goneAt: null,
  createdAt: nowMs,
});

type Values = { readonly from: unknown; readonly to: unknown };
type More = { readonly reason?: string | null; readonly effectiveAt?: number | null };

const toChange = (state: TemplateState, news: News, field: ChangeField, values: Values & More): Change => ({
  template: state.id,
  templateId: news.templateId ?? state.templateId,
  field,
  at: news.at,
  from: values.from,
  to: values.to,
  reason: values.reason ?? null,
  effectiveAt: values.effectiveAt ?? null,
  source: news.source,
  eventId: news.eventId,
});

/** One group of columns: the news wins when it is not older than what the group is made of. */
interface Step {
  readonly field: ChangeField;
  readonly stamp: number | null;
  readonly from: unknown;
  readonly to: unknown;
  readonly isSame: boolean;
  readonly more?: More;
  /** The columns as the news has them. */
  readonly columns: Partial<TemplateState>;
  /** What also follows from it, besides its own line of history. */
  readonly besides?: readonly Change[];
}

/**
 * News that came late is history without a `from`: what was before it is not known. A reading that is older than what a
 * webhook said is no news at all.
 */
function take(applied: Applied, news: News, step: Step): Applied {
  const { state } = applied;
  const isLate = step.stamp !== null && toMoment(news) < step.stamp;
  const line = toChange(state, news, step.field, { from: isLate ? null : step.from, to: step.to, ...step.more });
  if (isLate) {
    if (step.isSame) return applied;
    if (news.source === 'sync') return { ...applied, isContested: true };
    return { ...applied, changes: [...applied.changes, line] };
  }
  const lines = [...(step.isSame ? [] : [line]), ...(step.besides ?? [])];
  return { ...applied, state: { ...state, ...step.columns }, changes: [...applied.changes, ...lines] };
}

/** Meta's list has no word for a flagged template: it is approved there, and stays flagged here until Meta says otherwise. */
const isStillFlagged = (state: TemplateState, news: News, word: string): boolean =>
  news.source === 'sync' && state.status === 'FLAGGED' && word === 'APPROVED';

const GONE: ReadonlySet<string> = new Set(['DELETED']);

function takeStatus(applied: Applied, news: News): Applied {
  const { state } = applied;
  if (!news.status || isStillFlagged(state, news, news.status.word)) return applied;
  const { word, reason, detail } = news.status;
  const isSame = state.status === word;
  // The list says less of the same than the webhook did.
  const statusDetail = detail ?? (isSame ? state.statusDetail : null);
  const goneAt = GONE.has(word) ? (state.goneAt ?? news.at) : null;
  const isOtherReason = isSame && reason !== null && reason !== state.rejectedReason;
  const other = { from: state.rejectedReason, to: reason, reason: detail };
  return take(applied, news, {
    field: 'status',
    stamp: state.statusAt,
    from: state.status,
    to: word,
    isSame,
    more: { reason: [reason, detail].filter((part) => part !== null).join(': ') || null },
    columns: { status: word, rejectedReason: reason, statusDetail, statusAt: toMoment(news), goneAt },
    besides: isOtherReason ? [toChange(state, news, 'rejected_reason', other)] : [],
  });
}

function takeCategory(applied: Applied, news: News): Applied {
  const { state } = applied;
  if (news.category === undefined) return applied;
  // What was announced has happened.
  const isDone = state.upcomingCategory === news.category;
  const isSame = state.category === news.category;
  return take(applied, news, {
    field: 'category',
    stamp: state.categoryAt,
    from: state.category,
    to: news.category,
    isSame,
    columns: {
      category: news.category,
      categoryAt: toMoment(news),
      ...(isDone ? { upcomingCategory: null, upcomingAt: null } : {}),
    },
  });
}

function takeUpcoming(applied: Applied, news: News): Applied {
  const { state } = applied;
  if (!news.upcoming) return applied;
  const { category, effectiveAt } = news.upcoming;
  // It has happened already, or an announcement of the same without a time.
  const isDone = state.category === category;
  const isKnown = state.upcomingCategory === category && (effectiveAt === null || effectiveAt === state.upcomingAt);
  return take(applied, news, {
    field: 'upcoming_category',
    stamp: state.announcedAt,
    from: state.upcomingCategory,
    to: category,
    isSame: isKnown || (isDone && news.source === 'sync'),
    more: { effectiveAt },
    columns: {
      announcedAt: toMoment(news),
      ...(isKnown || isDone ? {} : { upcomingCategory: category, upcomingAt: effectiveAt }),
    },
  });
}

function takeQuality(applied: Applied, news: News): Applied {
  const { state } = applied;
  if (news.quality === undefined) return applied;
  // Every new template has the quality UNKNOWN: that is no event.
  const isSame = (state.quality ?? 'UNKNOWN') === news.quality;
  return take(applied, news, {
    field: 'quality',
    stamp: state.qualityAt,
    from: state.quality,
    to: news.quality,
    isSame,
    columns: { quality: news.quality, qualityAt: toMoment(news) },
  });
}

function takeContent(applied: Applied, news: News): Applied {
  const { state } = applied;
  if (!news.content) return applied;
  const { components, parameterFormat, ttlSeconds } = news.content;
  const isSame = state.components !== null && isSameContent(state.components, components);
  const isOtherTtl = state.components !== null && state.ttlSeconds !== ttlSeconds;
  const ttl = { from: state.ttlSeconds, to: ttlSeconds };
  return take(applied, news, {
    field: 'components',
    stamp: state.componentsAt,
    from: state.components,
    to: components,
    // The first ones are no change.
    isSame: isSame || state.components === null,
    columns: {
      components: isSame ? state.components : components,
      parameterFormat,
      ttlSeconds,
      componentsAt: toMoment(news),
    },
    besides: isOtherTtl ? [toChange(state, news, 'ttl', ttl)] : [],
  });
}

function takeRemark(applied: Applied, news: News): Applied {
  if (!news.remark) return applied;
  const { field, ...values } = news.remark;
  const change = toChange(applied.state, news, field, values);
  return { ...applied, changes: [...applied.changes, change] };
}

/** The time of the latest news of any kind, unix ms; 0: none yet. */
export const toNewest = (state: TemplateState): number =>
  Math.max(
    state.statusAt ?? 0,
    state.categoryAt ?? 0,
    state.announcedAt ?? 0,
    state.qualityAt ?? 0,
    state.componentsAt ?? 0,
  );

/** A name may be used again, weeks after its template was deleted: then it is another template. */
function takeId(applied: Applied, news: News): Applied | null {
  const { state } = applied;
  const { templateId } = news;
  if (templateId === null || templateId === state.templateId) return applied;
  if (state.templateId === null) return { ...applied, state: { ...state, templateId } };
  if (toMoment(news) < toNewest(state)) return null;
  const change = toChange(state, news, 'template_id', { from: state.templateId, to: templateId });
  const fresh = { ...toStub(state.id, { ...news, name: state.name, language: state.language }, state.createdAt) };
  return { ...applied, state: fresh, changes: [...applied.changes, change] };
}

const STEPS = [takeStatus, takeCategory, takeUpcoming, takeQuality, takeContent, takeRemark];

/**
 * Adds news to what is known of a template. The order in which news arrives does not matter: for each group of columns
 * the latest by the provider's clock wins, and all of it is history. Of a template that had the name before, nothing counts.
 */
export function applyNews(state: TemplateState, news: News): Applied {
  const same = { state, changes: [], isContested: false };
  const known = takeId(same, news);
  if (known === null) return same;
  return STEPS.reduce((applied, step) => step(applied, news), known);
}
