import {
  checkTemplateDefinition,
  checkTemplateUse,
  type MessageProblem,
  type RenderedTemplate,
  renderTemplate,
  type TemplateComponent,
  type TemplateDefinition,
} from '@wharf/whatsapp';
import type { Database } from '#kit';
import { toDefinition } from './content.ts';
import { UNKNOWN } from './edit.ts';
import { type Outcome, refuse } from './outcome.ts';
import { findTemplate } from './store.ts';

export interface PreviewRequest {
  readonly workspaceId: string;
  /** One of both: a template that is stored, or one that is being written. */
  readonly id?: string | undefined;
  readonly definition?: TemplateDefinition | undefined;
  /** As in a message; left away, the variables are shown as they are. */
  readonly components?: readonly TemplateComponent[] | undefined;
}

/** `problems`: why Meta would refuse the definition, or a message with these components. */
export type Previewed = Outcome<{
  readonly rendered: RenderedTemplate;
  readonly problems: readonly MessageProblem[];
}>;

const at = (problem: MessageProblem, under: string): MessageProblem => ({
  ...problem,
  field: `${under}.${problem.field}`,
});

function preview(definition: TemplateDefinition, components: PreviewRequest['components']): Previewed {
  const { name, language } = definition;
  const template = { name, language: { code: language }, ...(components ? { components } : {}) };
  const wrong = checkTemplateDefinition(definition).map((problem) => at(problem, 'definition'));
  const used = components && wrong.length === 0 ? checkTemplateUse(definition, template) : [];
  return { ok: true, replayed: false, rendered: renderTemplate(definition, template), problems: [...wrong, ...used] };
}

/** Shows a template as a person would see it, also one that is half written. */
export async function previewTemplate(db: Database, request: PreviewRequest): Promise<Previewed> {
  const { workspaceId, id, definition, components } = request;
  if (definition !== undefined) return preview(definition, components);
  const template = id === undefined ? null : await findTemplate(db, workspaceId, id);
  if (!template) return UNKNOWN;
  const stored = toDefinition(template);
  if (stored) return preview(stored, components);
  return refuse(409, 'template_unread', 'This template has not been read from Meta yet. Ask for a sync and try again.');
}
