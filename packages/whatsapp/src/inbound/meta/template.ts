import type { EventBase, EventKind, TemplateRef, WhatsAppEvent } from '../../events.ts';
import { type JsonObject, present, toText, toTime } from '../read.ts';
import { makeBase, type Reader, type Reading, type Source, toContentId } from '../source.ts';

const NO_ID = 'template event without message_template_id';

interface Where {
  readonly source: Source;
  readonly pointer: string;
}

interface About<K extends EventKind> {
  readonly base: EventBase<K>;
  readonly ref: TemplateRef;
}

/** Undefined without a template id. Some fields spell the keys without their prefix. */
function toAbout<K extends EventKind>(kind: K, value: JsonObject, where: Where): About<K> | undefined {
  const templateId = toText(value.message_template_id) ?? toText(value.template_id);
  if (templateId === undefined) return undefined;
  const ref = present<TemplateRef>({
    templateId,
    name: toText(value.message_template_name) ?? toText(value.name),
    language: toText(value.message_template_language) ?? toText(value.language),
  });
  const { source, pointer } = where;
  return {
    base: makeBase(kind, source, { id: toContentId('t', source, value), lane: templateId, at: null, pointer }),
    ref,
  };
}

/** Fields for status and quality: Meta's own sample labels one as the other, so the shape decides. */
export const readTemplateState: Reader = (value, source, pointer) => {
  const status = toText(value.event);
  return status === undefined
    ? readQuality(value, { source, pointer })
    : readStatus(value, status, { source, pointer });
};

function readStatus(value: JsonObject, status: string, where: Where): Reading {
  const about = toAbout('template.status', value, where);
  if (about === undefined) return NO_ID;
  const reason = toText(value.reason);
  return present<WhatsAppEvent>({
    ...about.base,
    ...about.ref,
    status,
    reason: reason === 'NONE' ? undefined : reason,
    category: toText(value.message_template_category),
    raw: value,
  });
}

function readQuality(value: JsonObject, where: Where): Reading {
  const to = toText(value.new_quality_score);
  if (to === undefined) return 'template event without event or new_quality_score';
  const about = toAbout('template.quality', value, where);
  if (about === undefined) return NO_ID;
  return present<WhatsAppEvent>({ ...about.base, ...about.ref, from: toText(value.previous_quality_score), to });
}

export const readTemplateComponents: Reader = (value, source, pointer) => {
  const about = toAbout('template.components', value, { source, pointer });
  return about === undefined ? NO_ID : { ...about.base, ...about.ref, raw: value };
};

/** A warning carries `correct_category`, and its `new_category` is the one in force now. */
export const readTemplateCategory: Reader = (value, source, pointer) => {
  const about = toAbout('template.category', value, { source, pointer });
  if (about === undefined) return NO_ID;
  const correct = toText(value.correct_category);
  const to = correct ?? toText(value.new_category);
  if (to === undefined) return 'template category without new_category';
  return toCategoryEvent(about, value, { to, upcoming: correct !== undefined });
};

function toCategoryEvent(
  { base, ref }: About<'template.category'>,
  value: JsonObject,
  { to, upcoming }: { to: string; upcoming: boolean },
): Reading {
  const from = toText(upcoming ? value.new_category : value.previous_category);
  return present<WhatsAppEvent>({
    ...base,
    ...ref,
    upcoming,
    from,
    to,
    effectiveAt: toTime(value.category_update_timestamp),
  });
}

export const readTemplateMisclassified: Reader = (value, source, pointer) => {
  const about = toAbout('template.misclassified', value, { source, pointer });
  if (about === undefined) return NO_ID;
  const { base, ref } = about;
  return present<WhatsAppEvent>({
    ...base,
    ...ref,
    category: toText(value.category),
    correct: toText(value.correct_category),
  });
};
