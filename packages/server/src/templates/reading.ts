import type { TemplateSummary } from '@wharf/whatsapp';
import { type DatabasePool, makeId, toJson, type Transaction } from '#kit';
import { applyNews, toNewest, toStub } from './apply.ts';
import { toListedNews } from './news.ts';
import { type News, SKEW_MS, type TemplateState } from './state.ts';
import {
  type Account,
  appendChanges,
  loadAccount,
  loadTemplates,
  lockAccounts,
  markSeen,
  saveTemplates,
  type StoredChange,
  type StoredTemplate,
} from './store.ts';
import { type Claimed, settleSynced } from './sync-store.ts';

/** A whole list of an account's templates, and when the reading of it began. */
export interface Reading {
  readonly readAtMs: number;
  readonly nowMs: number;
  readonly templates: readonly TemplateSummary[];
}

interface Listed extends Omit<Reading, 'templates'> {
  readonly listed: ReadonlyMap<string, News>;
  /** The moment as of which it counts. */
  readonly asOf: number;
}

/** What a reading came to. */
export interface ReadingTold {
  readonly listed: number;
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
}

const EVERY_MS = 6 * 3_600_000;
/** Something is being decided at Meta, or a pause will end: should its webhook get lost, sends are not held up for long. */
const WAITING_MS = 3_600_000;
const WAITING: ReadonlySet<string> = new Set(['PENDING', 'IN_APPEAL', 'PAUSED']);
/** Where a webhook and the list contradict each other, the list is asked again when it is surely the later one. */
const RECHECK_MS = 2 * 60_000;
/** Wishes that come while an account has just been read gather. */
const REST_MS = 20_000;

/** Strings as the database will give them back. */
const toStorable = <T>(value: T): T => JSON.parse(toJson(value)) as T;

const toGone = (template: StoredTemplate, at: number, asOf: number): News => ({
  templateId: template.templateId,
  name: template.name,
  language: template.language,
  at,
  asOf,
  source: 'sync',
  eventId: null,
  status: { word: 'DELETED', reason: null, detail: 'It is not in Meta’s list any more.' },
});

const keyOf = ({ name, language }: { readonly name: string; readonly language: string }): string =>
  `${name}\n${language}`;

/** A template that was deleted can be listed beside the one that has its name now. */
function toListed({ templates, readAtMs }: Reading): Map<string, News> {
  const listed = new Map<string, News>();
  for (const summary of templates) {
    const news = toStorable(toListedNews(summary, readAtMs, readAtMs - SKEW_MS));
    const other = listed.get(keyOf(news));
    if (!other || other.status?.word === 'DELETED') listed.set(keyOf(news), news);
  }
  return listed;
}

const isSameRow = (a: TemplateState, b: TemplateState): boolean =>
  a.templateId === b.templateId &&
  a.status === b.status &&
  a.rejectedReason === b.rejectedReason &&
  a.category === b.category &&
  a.upcomingCategory === b.upcomingCategory &&
  a.quality === b.quality &&
  a.ttlSeconds === b.ttlSeconds &&
  a.parameterFormat === b.parameterFormat &&
  a.goneAt === b.goneAt &&
  a.components === b.components;

/** The list against what is stored. */
class Comparison {
  readonly saved: StoredTemplate[] = [];
  readonly seen: string[] = [];
  readonly changes: StoredChange[] = [];
  readonly counts = { added: 0, changed: 0, gone: 0 };
  isContested = false;
  readonly #reading: Listed;

  constructor(reading: Listed) {
    this.#reading = reading;
  }

  #apply(template: StoredTemplate, news: News, count: keyof Comparison['counts']): void {
    const { state, changes, isContested } = applyNews(template, news);
    this.isContested ||= isContested;
    this.changes.push(...changes.map((change) => ({ ...change, workspaceId: template.workspaceId })));
    if (isSameRow(template, state)) return;
    this.saved.push({ ...template, ...state });
    this.counts[count] += 1;
  }

  list(template: StoredTemplate, news: News, isNew: boolean): void {
    this.seen.push(template.id);
    this.#apply(template, news, isNew ? 'added' : 'changed');
  }

  /** What has just been made, or told of, may not be in the list yet. */
  miss(template: StoredTemplate): void {
    if (template.goneAt !== null) return;
    const { readAtMs, asOf } = this.#reading;
    if (Math.max(template.createdAt, toNewest(template)) > asOf) this.isContested = true;
    else this.#apply(template, toGone(template, readAtMs, asOf), 'gone');
  }
}

function compare(account: Account, stored: readonly StoredTemplate[], reading: Listed): Comparison {
  const { workspaceId, accountId } = account;
  const { listed, nowMs } = reading;
  const known = new Map(stored.map((template) => [keyOf(template), template]));
  const comparison = new Comparison(reading);
  for (const [key, news] of listed) {
    const template = known.get(key);
    const stub = () => ({ ...toStub(makeId('tpl', nowMs), news, nowMs), workspaceId, accountId });
    comparison.list(template ?? stub(), news, template === undefined);
  }
  for (const [key, template] of known) if (!listed.has(key)) comparison.miss(template);
  return comparison;
}

/** The part of a reading that says otherwise than what is stored. */
function toDifferent(comparison: Comparison, reading: Listed): Listed {
  const keys = new Set(comparison.saved.map(keyOf));
  return { ...reading, listed: new Map([...reading.listed].filter(([key]) => keys.has(key))) };
}

async function store(
  tx: Transaction,
  claimed: Claimed,
  reading: Listed,
  first: Comparison,
): Promise<ReadingTold | null> {
  const refs = first.saved.map((template) => ({ ...template, templateId: null }));
  const [, stored] = await Promise.all([lockAccounts(tx, [claimed]), loadTemplates(tx, refs)]);
  const { saved, seen, changes, counts, isContested } = compare(claimed, stored, toDifferent(first, reading));
  const { readAtMs, nowMs } = reading;
  const isWaiting = [...reading.listed.values()].some((news) => WAITING.has(news.status?.word ?? ''));
  const dueAtMs = nowMs + (first.isContested || isContested ? RECHECK_MS : isWaiting ? WAITING_MS : EVERY_MS);
  if (!(await settleSynced(tx, claimed, { readAtMs, dueAtMs, notBeforeMs: nowMs + REST_MS }))) return null;
  await saveTemplates(tx, saved);
  await appendChanges(tx, changes, nowMs);
  await markSeen(tx, [...first.seen, ...seen], readAtMs);
  return { listed: reading.listed.size, ...counts };
}

/**
 * Stores a reading: differences become history. They are looked for twice, so that walks wait only while those that were
 * found are stored. Null when the claim was somebody else's by then: nothing is stored.
 */
export async function settleReading(db: DatabasePool, claimed: Claimed, reading: Reading): Promise<ReadingTold | null> {
  const asOf = reading.readAtMs - SKEW_MS;
  const listed = { ...reading, asOf, listed: toListed(reading) };
  const first = compare(claimed, await loadAccount(db, claimed), listed);
  return db.transaction((tx) => store(tx, claimed, listed, first));
}
