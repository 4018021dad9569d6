import type { Clock } from '../contract.ts';
import type { Ids } from '../ids.ts';
import { toText } from '../json.ts';
import { broken } from '../templates/draft-refusal.ts';
import type { TemplateDesk } from '../templates/desk.ts';
import { toNode } from '../templates/node.ts';
import { parseDraft, parseOver } from '../templates/parse-draft.ts';
import { type TemplateStore, toTemplate } from '../templates/store.ts';
import type { Template, TemplateDraft } from '../templates/template.ts';
import { badParam, type GraphAnswer, ok, refused, type Refusal, success, unknownNode } from './answer.ts';
import { toPage } from './page.ts';
import { type Params, pickFields, textOf } from './params.ts';
import type { GraphCall, Route } from './route.ts';

export interface TemplateDeps {
  readonly templates: TemplateStore;
  readonly desk: TemplateDesk;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly wabaId: string;
  /** How many templates the account may have, translations counted. */
  readonly maxTemplates: number;
  /** Something is to be kept. */
  readonly touch: () => void;
}

const defaultFields = [
  'name',
  'parameter_format',
  'components',
  'language',
  'status',
  'category',
  'previous_category',
  'message_send_ttl_seconds',
  'id',
];

export const templateRoutes = (deps: TemplateDeps): readonly Route[] => [
  { method: 'GET', path: '{waba}/message_templates', run: (call) => list(deps, call) },
  { method: 'POST', path: '{waba}/message_templates', run: (call) => create(deps, call) },
  { method: 'DELETE', path: '{waba}/message_templates', run: (call) => remove(deps, call) },
  { method: 'GET', path: '{template}', run: (call) => describe(deps, call) },
  { method: 'POST', path: '{template}', run: (call) => edit(deps, call) },
  { method: 'POST', path: '{template}/unpause', run: (call) => unpause(deps, call) },
];

function list(deps: TemplateDeps, { params, base }: GraphCall): GraphAnswer {
  const found = [...deps.templates.all.values()].filter((each) => isWanted(each, params));
  const nodes = found.map((each) => pickFields(toNode(each), params, defaultFields));
  return ok(toPage(nodes, params, `${base}/v26.0/${deps.wabaId}/message_templates`));
}

function isWanted(each: Template, params: Params): boolean {
  const matches = (['name', 'language', 'status', 'category', 'quality'] as const).every((key) => {
    const wanted = textOf(params, key === 'quality' ? 'quality_score' : key);
    return wanted === undefined || each[key].toLowerCase() === wanted.toLowerCase();
  });
  const content = textOf(params, 'name_or_content');
  return matches && (content === undefined || JSON.stringify([each.name, each.components]).includes(content));
}

function describe(deps: TemplateDeps, { nodeId, params, method }: GraphCall): GraphAnswer {
  const found = deps.templates.get(nodeId);
  if (found === undefined) return refused(unknownNode(nodeId, method));
  return ok(pickFields(toNode(found), params, defaultFields));
}

function create(deps: TemplateDeps, { params }: GraphCall): GraphAnswer {
  const parsed = parseDraft(params);
  if (!parsed.ok) return refused(parsed.refusal);
  const refusal = checkRoom(deps, parsed.value);
  if (refusal !== null) return refused(refusal);
  const template = toTemplate(parsed.value, toId(deps.ids), deps.clock.now());
  deps.templates.add(template);
  deps.desk.submit(template);
  deps.touch();
  return ok({ id: template.id, status: template.status, category: template.category });
}

/** 17 digits, odd: above 2^53, and no JavaScript number holds it exactly. */
const toId = (ids: Ids): string => `1${ids.digits(15)}${1 + 2 * (Number(ids.digits(1)) % 5)}`;

function checkRoom({ templates, clock, maxTemplates }: TemplateDeps, draft: TemplateDraft): Refusal | null {
  const { name, language } = draft;
  if (templates.find(name, language) !== undefined) {
    const sentence = `There is already content in ${language} for this template.`;
    return broken(2388024, 'Content In This Language Already Exists', sentence);
  }
  if (templates.isBlocked(name, language, clock.now()))
    return broken(2388023, 'Message Template Language Is Being Deleted', 'Use another name, or wait four weeks.');
  return templates.all.size < maxTemplates
    ? null
    : broken(2388019, 'Message Template Limit Exceeded', `An account can have ${maxTemplates} templates.`);
}

const dayMs = 24 * 60 * 60 * 1_000;
const editable = new Set(['APPROVED', 'REJECTED', 'PAUSED']);

function edit(deps: TemplateDeps, { nodeId, params, method }: GraphCall): GraphAnswer {
  const template = deps.templates.get(nodeId);
  if (template === undefined) return refused(unknownNode(nodeId, method));
  const now = deps.clock.now();
  const refusal = checkEdit(template, params, now);
  if (refusal !== null) return refused(refusal);
  const parsed = parseOver(template, params);
  if (!parsed.ok) return refused(parsed.refusal);
  if (template.status === 'APPROVED') template.edits.push(now);
  const { name: _, language: __, ...changes } = parsed.value;
  Object.assign(template, changes, { status: 'PENDING', rejectedReason: 'NONE' });
  delete template.pausedUntil;
  deps.desk.noteEdit(template);
  deps.desk.submit(template);
  deps.touch();
  return success;
}

/** Approved templates change once a day and ten times in 30 days; those under review not at all. */
function checkEdit(template: Template, params: Params, now: number): Refusal | null {
  const isNamed = ['category', 'components', 'message_send_ttl_seconds', 'parameter_format'].some(
    (key) => params[key] !== undefined,
  );
  if (!isNamed) return badParam('One of category, components, message_send_ttl_seconds is required.');
  if (!editable.has(template.status)) return badParam(`A template that is ${template.status} cannot be edited.`);
  if (template.status !== 'APPROVED') return null;
  const category = textOf(params, 'category');
  if (category !== undefined && category.toUpperCase() !== template.category)
    return badParam('The category of an approved template cannot be edited.');
  const recent = template.edits.filter((at) => now - at < 30 * dayMs);
  if (recent.length >= 10) return badParam('An approved template can be edited 10 times in 30 days.');
  return recent.some((at) => now - at < dayMs)
    ? badParam('An approved template can be edited once in 24 hours.')
    : null;
}

/** By `name` all languages, by `hsm_id` and `name` one, by `hsm_ids` up to 100. */
function remove(deps: TemplateDeps, { params }: GraphCall): GraphAnswer {
  const found = findDoomed(deps.templates, params);
  if ('code' in found) return refused(found);
  for (const template of found) {
    deps.templates.remove(template, deps.clock.now());
    deps.desk.noteDelete(template);
  }
  deps.touch();
  return success;
}

const noSuchTemplate = broken(2593002, 'Message Template Not Found', 'There is no template of this name or id.');

function findDoomed(templates: TemplateStore, params: Params): Template[] | Refusal {
  const name = textOf(params, 'name');
  const ids = Array.isArray(params.hsm_ids) ? params.hsm_ids.map(toText) : undefined;
  const id = textOf(params, 'hsm_id');
  if (ids !== undefined && (ids.length === 0 || ids.length > 100)) return badParam('Param hsm_ids takes 1 to 100 ids.');
  if (ids === undefined && name === undefined) return badParam('The parameter name is required.');
  const wanted = ids ?? (id === undefined ? undefined : [id]);
  const found = [...templates.all.values()].filter(
    (each) => (wanted === undefined || wanted.includes(each.id)) && (name === undefined || each.name === name),
  );
  return found.length >= (wanted?.length ?? 1) ? found : noSuchTemplate;
}

function unpause(deps: TemplateDeps, { nodeId, method }: GraphCall): GraphAnswer {
  const template = deps.templates.get(nodeId);
  if (template === undefined) return refused(unknownNode(nodeId, method));
  if (template.status !== 'PAUSED') return refused(badParam('Only a paused template can be unpaused.'));
  deps.desk.change(template.id, { status: 'APPROVED' });
  return success;
}
