import {
  checkTemplateUse,
  type MessageProblem,
  type OutgoingMessage,
  type PriceClass,
  toPriceClass,
} from '@wharf/whatsapp';
import { type StatusWords, type TemplateFact, toStatusReason } from './find.ts';

export type TemplateRefusal =
  | 'template_unknown'
  | 'template_paused'
  | 'template_rejected'
  | 'template_disabled'
  | 'template_pending'
  | 'template_parameters';

/** Whether a template may be sent as a message wants it. `note`: what could not be known. */
export type TemplateDecision =
  | {
      readonly ok: true;
      readonly category: string | null;
      readonly priceCategory: PriceClass;
      readonly note: string | null;
    }
  | {
      readonly ok: false;
      readonly code: TemplateRefusal;
      readonly reason: string;
      /** Of the parameters: fields as in the message. */
      readonly problems: readonly MessageProblem[];
    };

type Block = { readonly code: TemplateRefusal; readonly reason: string };

/** Meta's words for a template that cannot be sent, and the way out of each. */
const BLOCKS: Readonly<Record<string, Block>> = {
  PAUSED: {
    code: 'template_paused',
    reason:
      'Meta paused this template because people disliked it: 3 h the first time, 6 h the second. Wait until it is active again, improve it, or send another one.',
  },
  REJECTED: {
    code: 'template_rejected',
    reason: 'Meta rejected this template. Change what the reason names and submit it again.',
  },
  LIMIT_EXCEEDED: {
    code: 'template_rejected',
    reason: 'The account has as many templates as it may have. Delete unused ones and submit this one again.',
  },
  DISABLED: {
    code: 'template_disabled',
    reason: 'Meta disabled this template for good. Make a new one with other content.',
  },
  ARCHIVED: {
    code: 'template_disabled',
    reason: 'This template is archived and will be deleted. Unarchive it in WhatsApp Manager, or send another one.',
  },
  PENDING: {
    code: 'template_pending',
    reason:
      'Meta is still reviewing this template, which takes minutes, at times up to 48 h. Send it when it is approved.',
  },
  IN_APPEAL: {
    code: 'template_pending',
    reason: 'Meta is looking at the appeal for this template. Send it when it is approved.',
  },
  PENDING_DELETION: { code: 'template_unknown', reason: 'This template is being deleted. Send another one.' },
  DELETED: {
    code: 'template_unknown',
    reason: 'This template was deleted. Send another one; its name is free again 30 days later.',
  },
};

/** Sendable; a flagged one is near its pause. */
const SENDABLE: ReadonlySet<string> = new Set(['APPROVED', 'FLAGGED']);

function blockOf(status: string | null, said: string | null): Block | null {
  const block = Object.hasOwn(BLOCKS, status ?? '') ? BLOCKS[status ?? ''] : undefined;
  if (!block) return null;
  return said === null ? block : { ...block, reason: `${block.reason} Meta says: ${said}` };
}

export interface StateView extends StatusWords {
  readonly status: string | null;
}

/** Why a template in this state cannot be sent, whatever the message; null: it can, as far as is known. */
export const decideState = (view: StateView): Block | null => blockOf(view.status, toStatusReason(view));

/** A word that Meta made after this was written is Meta's to judge: it refuses what it does not want. */
function noteOf(fact: TemplateFact): string | null {
  if (fact.status === null) return 'The state of this template is not known yet; Meta decides.';
  if (fact.status === 'FLAGGED') return 'Meta flagged this template for its quality: it may be paused soon.';
  if (!SENDABLE.has(fact.status)) return `Meta calls this template ${fact.status}; Meta decides.`;
  if (fact.definition === null)
    return 'The components of this template have not been read yet; Meta checks the parameters.';
  return null;
}

export const toPrice = (category: string | null) =>
  toPriceClass({
    kind: 'template',
    ...(category === null ? {} : { category }),
    windowOpen: false,
    freeEntryPoint: false,
  });

type TemplateUse = Extract<OutgoingMessage, { type: 'template' }>['template'];

/** What is known of the account: whether it was ever read, and the languages it has the template in. */
export interface Known {
  readonly isSynced: boolean;
  readonly languages?: readonly string[];
}

function decideUnknown({ isSynced, languages = [] }: Known, template: TemplateUse): TemplateDecision {
  if (!isSynced) {
    const note = 'The templates of this account have not been read yet; Meta decides.';
    return { ok: true, category: null, priceCategory: 'unknown', note };
  }
  const others =
    languages.length === 0
      ? 'GET /api/v1/templates lists those there are.'
      : `It exists in: ${languages.slice(0, 20).join(', ')}.`;
  const reason = `The account has no template "${template.name}" in ${template.language.code}. ${others}`;
  return { ok: false, code: 'template_unknown', reason, problems: [] };
}

const toCount = (count: number): string => (count === 1 ? 'one problem' : `${count} problems`);

/** May this template go out, filled in as `template` says? Pure: a verdict of what `findTemplates` found. */
export function decideTemplate(fact: TemplateFact | null, known: Known, template: TemplateUse): TemplateDecision {
  if (fact === null) return decideUnknown(known, template);
  const block = blockOf(fact.status, fact.statusReason);
  if (block) return { ok: false, ...block, problems: [] };
  const problems = fact.definition === null ? [] : checkTemplateUse(fact.definition, template);
  if (problems.length > 0) {
    const [first] = problems;
    const reason = `The parameters do not fit the template: ${toCount(problems.length)}, first ${first?.field}: ${first?.message}.`;
    return { ok: false, code: 'template_parameters', reason, problems };
  }
  return { ok: true, category: fact.category, priceCategory: toPrice(fact.category).class, note: noteOf(fact) };
}
