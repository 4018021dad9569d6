/** Requests to the API, made from its own document and bent: an answer of its own words, and nothing stored when it is no. */
import { isProblemCode } from '../../../packages/server/src/api/problems.ts';
import type { Siege } from '../rig/siege.ts';
import { MARK, toPhone } from '../rig/secrets.ts';
import { below, type Chance, HOSTILE, mutateJson, pick } from './mutate.ts';

export interface ApiRequest {
  /** `POST /api/v1/messages` as the document has it. */
  readonly operation: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
}
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** Words that a request of this API is likely to hold in its place. */
const WORDS = [
  MARK,
  toPhone(1),
  'text',
  'template',
  'image',
  'hello_world',
  'order_update',
  'en_US',
  'marketing',
  'out',
  'in',
  'BODY',
  'HEADER',
  '106540352242922',
  '102290129340398',
  'reply',
  'campaign',
  '2027-01-01T00:00:00Z',
  '2027-01-01T08:00',
  'UTILITY',
];

/** A value of a shape, mostly right. */
function make(schema: Schema | undefined, document: ApiDocument, chance: Chance, depth = 0): unknown {
  if (schema === undefined || depth > 6 || below(chance, 12) === 0) return pick(chance, HOSTILE);
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return make(document.components?.schemas?.[name], document, chance, depth + 1);
  }
  const one = schema.anyOf ?? schema.oneOf;
  if (one !== undefined) return make(pick(chance, one), document, chance, depth + 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return pick(chance, schema.enum);
  return makeTyped(schema, document, chance, depth);
}

function makeTyped(schema: Schema, document: ApiDocument, chance: Chance, depth: number): unknown {
  const type = pick(chance, [schema.type ?? 'string'].flat());
  if (type === 'array')
    return Array.from({ length: below(chance, 3) }, () => make(schema.items, document, chance, depth + 1));
  if (type === 'integer' || type === 'number')
    return pick(chance, [schema.minimum ?? 0, schema.maximum ?? 1, 1, 60, 1.5]);
  if (type === 'boolean') return chance() < 0.5;
  if (type === 'null') return null;
  if (type !== 'object') return pick(chance, WORDS);
  const names = Object.keys(schema.properties ?? {}).filter(
    (name) => schema.required?.includes(name) || chance() < 0.4,
  );
  const entries = names.map((name) => [name, make(schema.properties?.[name], document, chance, depth + 1)]);
  return Object.fromEntries(below(chance, 10) === 0 ? [...entries, [String(pick(chance, HOSTILE)), 1]] : entries);
}

const MESSAGES: readonly unknown[] = [
  { type: 'text', text: { body: MARK, preview_url: true } },
  { type: 'image', image: { id: '1', caption: MARK } },
  { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } },
  {
    type: 'interactive',
    interactive: {
      type: 'button',
      body: { text: MARK },
      action: { buttons: [{ type: 'reply', reply: { id: '1', title: 'a' } }] },
    },
  },
  {
    type: 'interactive',
    interactive: {
      type: 'list',
      body: { text: MARK },
      action: { button: 'b', sections: [{ rows: [{ id: '1', title: 'a' }] }] },
    },
  },
  { type: 'location', location: { latitude: 1, longitude: 2 } },
  { type: 'contacts', contacts: [{ name: { formatted_name: 'a', first_name: 'a' } }] },
  { type: 'reaction', reaction: { message_id: 'wamid.X', emoji: '👍' } },
];

/** The document calls a message an object: these are some, bent. */
function fillMessage(body: unknown, chance: Chance): unknown {
  if (typeof body !== 'object' || body === null || !('message' in body)) return body;
  const message = chance() < 0.5 ? pick(chance, MESSAGES) : mutateJson(pick(chance, MESSAGES), chance, MESSAGES);
  return { to: toPhone(1), ...body, message };
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** A request to a random operation; `ids` are some that exist. */
export function makeRequest(document: ApiDocument, ids: readonly string[], chance: Chance): ApiRequest {
  const [template, methods] = pick(chance, Object.entries(document.paths));
  const [method, operation] = pick(chance, Object.entries(methods));
  const idOf = () => {
    const text = chance() < 0.7 ? pick(chance, ids) : toText(pick(chance, HOSTILE)).toWellFormed();
    return encodeURIComponent(text) || 'x';
  };
  const query = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'query' && chance() < 0.5)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(toText(make(schema, document, chance)).toWellFormed())}`);
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  const body = schema === undefined ? null : JSON.stringify(fillMessage(make(schema, document, chance), chance));
  return {
    operation: `${method.toUpperCase()} ${template}`,
    path: `${template.replace(/\{\w+\}/g, idOf)}${query.length > 0 ? `?${query.join('&')}` : ''}`,
    headers: {
      ...(chance() < 0.5 ? { 'if-match': pick(chance, ['*', '"1"', 'x', '"999999999"']) } : {}),
      ...(chance() < 0.3 ? { 'idempotency-key': pick(chance, ['a', 'b', 'a b', 'x'.repeat(201)]) } : {}),
    },
    body: body ?? null,
  };
}

export interface Judged {
  readonly status: number;
  /** Operation, status, code and the fields that were named: what makes a request worth keeping when it is new. */
  readonly signature: string;
  readonly faults: readonly string[];
}

export async function sendRequest(siege: Pick<Siege, 'api'>, request: ApiRequest): Promise<Judged> {
  const method = request.operation.split(' ', 1)[0] ?? 'GET';
  const answer = await siege.api(method, request.path, request.body ?? undefined, request.headers);
  const { status, text, headers } = answer;
  const faults = status >= 500 && status !== 502 ? [`answered ${status}: ${text.slice(0, 300)}`] : [];
  if (status < 400) return { status, signature: `${request.operation} ${status}`, faults };
  // What a customer's own handler threw is shown in the quarantine; a refusal has nothing of the kind.
  if (/\bat .*\.(ts|js):\d+|node_modules|pg-pool/.test(text))
    faults.push(`insides in the answer: ${text.slice(0, 300)}`);
  const { code, errors } = parseProblem(text);
  if (!headers.get('content-type')?.startsWith('application/problem+json')) faults.push(`${status} is no problem+json`);
  if (!isProblemCode(code)) faults.push(`the code "${code}" is not registered`);
  const fields = errors.map(({ field }) => field.replaceAll(/\d+/g, 'n').slice(0, 60)).toSorted();
  return {
    status,
    signature: `${request.operation} ${status} ${code} ${[...new Set(fields)].slice(0, 3).join()}`,
    faults,
  };
}

function parseProblem(text: string): { code: string; errors: { field: string }[] } {
  try {
    const { code = '', errors = [] } = JSON.parse(text) as { code?: string; errors?: { field: string }[] };
    return { code, errors };
  } catch {
    return { code: '', errors: [] };
  }
}
