import type { Clock, TemplateChange, TemplateStatus } from '../contract.ts';
import type { Done } from '../customer.ts';
import type { EventUpdate } from '../webhooks/update.ts';
import type { TemplateStore } from './store.ts';
import type { Template } from './template.ts';
import {
  toCategoryUpdate,
  toCategoryWarning,
  toComponentsUpdate,
  toQualityUpdate,
  toStatusUpdate,
} from './webhook-body.ts';

export interface DeskDeps {
  readonly clock: Clock;
  readonly templates: TemplateStore;
  readonly reviewDelayMs: number;
  readonly emit: (update: EventUpdate) => void;
  /** Something is to be kept. */
  readonly touch: () => void;
}

/** Meta's people and machines behind templates: review, quality, category. */
export interface TemplateDesk {
  /** Reviews a new or edited template after the delay; the end of its name may decide (see {@link verdicts}). */
  submit(template: Template): void;
  noteEdit(template: Template): void;
  noteDelete(template: Template): void;
  change(id: string, change: TemplateChange): Done<Template>;
  /** Goes on with what was under way when the program stopped. */
  resume(): void;
}

const hourMs = 3_600_000;
const warningMs = 24 * hourMs;
/** How long low quality pauses a template, by how often it did; then it is disabled. */
const pauseHours = [3, 6];

/** Ends of names that decide a review; every other name is approved. */
const verdicts: readonly (readonly [string, TemplateChange])[] = [
  ['_rejected', { status: 'REJECTED' }],
  ['_scam', { status: 'REJECTED', reason: 'SCAM' }],
  ['_paused', { status: 'PAUSED' }],
  ['_disabled', { status: 'DISABLED' }],
  ['_marketing', { status: 'APPROVED', correctCategory: 'MARKETING' }],
  ['_red', { status: 'APPROVED', quality: 'RED' }],
];

export function makeTemplateDesk(deps: DeskDeps): TemplateDesk {
  const desk: TemplateDesk = {
    submit(template) {
      if (template.name.endsWith('_pending') || template.name.startsWith('pending_')) return;
      const verdict = verdicts.find(([end]) => template.name.endsWith(end))?.[1] ?? { status: 'APPROVED' };
      deps.clock.after(deps.reviewDelayMs, () => {
        // Deleted, or decided on command in the meantime.
        if (template.status === 'PENDING' && deps.templates.get(template.id) === template)
          apply(deps, template, verdict);
      });
    },
    noteEdit: (template) => deps.emit(toComponentsUpdate(template, deps.clock.now())),
    noteDelete: (template) => deps.emit(toStatusUpdate(template, { event: 'DELETED', at: deps.clock.now() })),
    change(id, change) {
      const template = deps.templates.get(id);
      if (template === undefined) return { ok: false, error: 'There is no such template.' };
      apply(deps, template, change);
      return { ok: true, value: template };
    },
    resume() {
      for (const template of deps.templates.all.values()) {
        if (template.status === 'PENDING') desk.submit(template);
        if (template.pausedUntil !== undefined) unpauseLater(deps, template);
        if (template.recategoriseAt !== undefined) recategoriseLater(deps, template);
      }
    },
  };
  return desk;
}

function apply(deps: DeskDeps, template: Template, change: TemplateChange): void {
  if (change.status !== undefined) setStatus(deps, template, change.status, change.reason);
  if (change.quality !== undefined) setQuality(deps, template, change.quality);
  if (change.category !== undefined) setCategory(deps, template, change.category);
  if (change.correctCategory !== undefined && change.correctCategory !== template.category) {
    template.correctCategory = change.correctCategory;
    template.recategoriseAt = deps.clock.now() + warningMs;
    deps.emit(toCategoryWarning(template, deps.clock.now()));
    recategoriseLater(deps, template);
  }
  deps.touch();
}

function setStatus(deps: DeskDeps, template: Template, status: TemplateStatus, reason?: string): void {
  const before = template.status;
  template.status = status;
  template.rejectedReason = status === 'REJECTED' ? (reason ?? 'INVALID_FORMAT') : 'NONE';
  delete template.pausedUntil;
  const title = toTitle(template, before);
  const at = deps.clock.now();
  deps.emit(toStatusUpdate(template, { event: status, at, ...(title === undefined ? {} : { title }) }));
}

function toTitle({ status, pauses }: Template, before: TemplateStatus): string | undefined {
  if (status === 'PAUSED') return pauses > 1 ? 'SECOND_PAUSE' : 'FIRST_PAUSE';
  if (status === 'DISABLED') return 'DISABLED';
  return status === 'APPROVED' && before === 'PAUSED' ? 'UNPAUSE' : undefined;
}

function setQuality(deps: DeskDeps, template: Template, quality: Template['quality']): void {
  const previous = template.quality;
  if (previous === quality) return;
  const at = deps.clock.now();
  template.quality = quality;
  template.qualityAt = at;
  deps.emit(toQualityUpdate(template, previous, at));
  if (quality !== 'RED' || template.status !== 'APPROVED') return;
  const hours = pauseHours[template.pauses];
  template.pauses += 1;
  setStatus(deps, template, hours === undefined ? 'DISABLED' : 'PAUSED');
  if (hours === undefined) return;
  template.pausedUntil = at + hours * hourMs;
  unpauseLater(deps, template);
}

function unpauseLater(deps: DeskDeps, template: Template): void {
  const until = template.pausedUntil ?? 0;
  deps.clock.after(until - deps.clock.now(), () => {
    if (template.pausedUntil !== until) return;
    apply(deps, template, { status: 'APPROVED', quality: 'UNKNOWN' });
  });
}

function setCategory(deps: DeskDeps, template: Template, category: Template['category']): void {
  const previous = template.category;
  delete template.correctCategory;
  delete template.recategoriseAt;
  if (previous === category) return;
  template.previousCategory = previous;
  template.category = category;
  deps.emit(toCategoryUpdate(template, previous, deps.clock.now()));
}

function recategoriseLater(deps: DeskDeps, template: Template): void {
  const at = template.recategoriseAt ?? 0;
  deps.clock.after(at - deps.clock.now(), () => {
    if (template.recategoriseAt !== at || template.correctCategory === undefined) return;
    apply(deps, template, { category: template.correctCategory });
  });
}
