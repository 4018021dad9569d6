import type { EmulatedTemplate } from '../contract.ts';
import type { Params } from '../graph/params.ts';
import type { Template } from './template.ts';

/** The template as the Graph API shows it. */
export const toNode = (template: Template): Params => ({
  id: template.id,
  name: template.name,
  language: template.language,
  status: template.status,
  category: template.category,
  ...(template.previousCategory === undefined ? {} : { previous_category: template.previousCategory }),
  ...(template.correctCategory === undefined ? {} : { correct_category: template.correctCategory }),
  parameter_format: template.parameterFormat,
  components: template.components,
  quality_score: { score: template.quality, date: Math.floor(template.qualityAt / 1_000) },
  rejected_reason: template.rejectedReason,
  ...(template.ttlSeconds === undefined ? {} : { message_send_ttl_seconds: template.ttlSeconds }),
  health_status: toHealth(template),
});

function toHealth({ id, status }: Template): unknown {
  const can = status === 'APPROVED' ? 'AVAILABLE' : 'BLOCKED';
  return { can_send_message: can, entities: [{ entity_type: 'MESSAGE_TEMPLATE', id, can_send_message: can }] };
}

/** The template as programs and the phone page see it: a copy. */
export const toEmulatedTemplate = (template: Template): EmulatedTemplate => ({
  id: template.id,
  name: template.name,
  language: template.language,
  status: template.status,
  category: template.category,
  parameterFormat: template.parameterFormat,
  components: template.components,
  quality: template.quality,
  rejectedReason: template.rejectedReason,
});
