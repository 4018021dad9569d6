import { makeId, type Transaction } from '#kit';
import { applyNews, toStub } from './apply.ts';
import type { ToldNews } from './news.ts';
import type { News, TemplateState } from './state.ts';
import {
  type Account,
  appendChanges,
  loadTemplates,
  lockAccounts,
  saveTemplates,
  type StoredChange,
  type StoredTemplate,
  toAccountKey,
  wantSync,
} from './store.ts';

/** News with the account it belongs to. */
export type Told = ToldNews & Account;

/** The templates a batch is about, as it changes them. */
class Shelf {
  readonly #templates = new Map<string, StoredTemplate>();
  readonly #touched = new Set<string>();
  readonly changes: StoredChange[] = [];
  readonly wanting: Account[] = [];
  readonly #nowMs: number;

  constructor(templates: readonly StoredTemplate[], nowMs: number) {
    for (const template of templates) this.#templates.set(template.id, template);
    this.#nowMs = nowMs;
  }

  get touched(): StoredTemplate[] {
    return [...this.#touched].flatMap((id) => this.#templates.get(id) ?? []);
  }

  #find(told: Told): StoredTemplate | undefined {
    const own = [...this.#templates.values()].filter((other) => toAccountKey(other) === toAccountKey(told));
    return (
      own.find((other) => other.templateId !== null && other.templateId === told.templateId) ??
      own.find((other) => other.name === told.name && other.language === told.language)
    );
  }

  /** Without a name there is nothing to make a row of: a reading will tell. */
  #stub(told: Told): StoredTemplate | null {
    if (told.name === null || told.language === null) return null;
    const news = { ...told, name: told.name, language: told.language };
    const { workspaceId, accountId } = told;
    return { ...toStub(makeId('tpl', this.#nowMs), news, this.#nowMs), workspaceId, accountId };
  }

  add(told: Told): void {
    const known = this.#find(told) ?? this.#stub(told);
    if (known === null) return void this.wanting.push(told);
    const news: News = { ...told, name: known.name, language: known.language };
    const { state, changes } = applyNews(known, news);
    this.#templates.set(known.id, { ...known, ...state });
    this.#touched.add(known.id);
    this.changes.push(...changes.map((change) => ({ ...change, workspaceId: known.workspaceId })));
    if (needsReading(known, state, told)) this.wanting.push(told);
  }
}

/** Where what is stored is not the whole, or may have been overtaken. */
function needsReading(before: StoredTemplate, state: TemplateState, told: Told): boolean {
  if (before.syncedAt === null || told.remark !== undefined || told.source === 'api') return true;
  // Of a template that had the name before, or older than a reading that did not say so.
  return told.templateId !== state.templateId || told.at < before.syncedAt;
}

const toDistinct = (accounts: readonly Account[]): Account[] => [
  ...new Map(accounts.map((account) => [toAccountKey(account), account])).values(),
];

/**
 * Adds news to what is stored, inside the caller's transaction: three round trips however much there is. A template not
 * known yet becomes a stub, and its account is to be read. Returns the templates it was about.
 */
export async function storeNews(tx: Transaction, told: readonly Told[], nowMs: number): Promise<StoredTemplate[]> {
  if (told.length === 0) return [];
  const [, known] = await Promise.all([lockAccounts(tx, toDistinct(told)), loadTemplates(tx, told)]);
  const shelf = new Shelf(known, nowMs);
  for (const one of told) shelf.add(one);
  // Changes refer to templates; both may go in several pieces.
  await saveTemplates(tx, shelf.touched);
  await Promise.all([appendChanges(tx, shelf.changes, nowMs), wantSync(tx, toDistinct(shelf.wanting))]);
  return shelf.touched;
}
