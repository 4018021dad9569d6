import type { Template, TemplateDraft } from './template.ts';

/** A deleted name cannot be used again for 30 days. */
const blockedMs = 30 * 24 * 60 * 60 * 1_000;

/** The account's templates. */
export interface TemplateStore {
  readonly all: ReadonlyMap<string, Template>;
  add(template: Template): void;
  get(id: string): Template | undefined;
  find(name: string, language: string): Template | undefined;
  /** Takes it away and blocks its name, in its language. */
  remove(template: Template, now: number): void;
  isBlocked(name: string, language: string, now: number): boolean;
  /** Blocked `name language` with the end of the block, for the state file. */
  readonly blocked: Map<string, number>;
}

const keyOf = (name: string, language: string): string => `${name} ${language}`;

export function makeTemplateStore(): TemplateStore {
  const all = new Map<string, Template>();
  const byKey = new Map<string, Template>();
  const blocked = new Map<string, number>();
  return {
    all,
    blocked,
    add(template) {
      all.set(template.id, template);
      byKey.set(keyOf(template.name, template.language), template);
    },
    get: (id) => all.get(id),
    find: (name, language) => byKey.get(keyOf(name, language)),
    remove(template, now) {
      const key = keyOf(template.name, template.language);
      all.delete(template.id);
      byKey.delete(key);
      blocked.set(key, now + blockedMs);
    },
    isBlocked: (name, language, now) => (blocked.get(keyOf(name, language)) ?? 0) > now,
  };
}

export function toTemplate(draft: TemplateDraft, id: string, now: number): Template {
  return {
    ...draft,
    id,
    status: 'PENDING',
    quality: 'UNKNOWN',
    qualityAt: now,
    rejectedReason: 'NONE',
    createdAt: now,
    edits: [],
    pauses: 0,
  };
}
