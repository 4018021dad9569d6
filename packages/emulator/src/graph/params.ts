import { isRecord } from '../json.ts';
import { badParam, type Refusal } from './answer.ts';

export type Params = Readonly<Record<string, unknown>>;

export interface UploadedFile {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly filename: string;
}

export interface ParsedBody {
  readonly params: Params;
  readonly file: UploadedFile | null;
}

export type Parsed =
  | { readonly ok: true; readonly value: ParsedBody }
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads a request body as Meta does: JSON, form or multipart, whatever the client says or forgets to say. */
export async function parseBody(bytes: Buffer, contentType: string): Promise<Parsed> {
  if (bytes.length === 0) return { ok: true, value: { params: {}, file: null } };
  if (contentType.startsWith('multipart/form-data')) return parseMultipart(bytes, contentType);
  const text = bytes.toString('utf8');
  const isForm = contentType.startsWith('application/x-www-form-urlencoded');
  // Clients exist that label JSON as a form, and others that send no label.
  if (!text.trimStart().startsWith('{') && (isForm || contentType === '')) {
    return { ok: true, value: { params: fromPairs(new URLSearchParams(text)), file: null } };
  }
  return parseJson(text);
}

function parseJson(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return { ok: true, value: { params: value, file: null } };
  } catch {
    return { ok: false, refusal: badParam('The request body must be valid JSON.') };
  }
  return { ok: false, refusal: badParam('The request body must be a JSON object.') };
}

/** Text pairs to parameters; a value that is JSON text becomes what it says. */
export function fromPairs(pairs: Iterable<[string, string]>): Params {
  return Object.fromEntries([...pairs].map(([key, value]) => [key, parseValue(value)]));
}

function parseValue(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function parseMultipart(bytes: Buffer, contentType: string): Promise<Parsed> {
  try {
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
    const texts: [string, string][] = [];
    let file: UploadedFile | null = null;
    for (const [key, value] of form) {
      if (typeof value === 'string') texts.push([key, value]);
      else file = { bytes: new Uint8Array(await value.arrayBuffer()), mimeType: value.type, filename: value.name };
    }
    return { ok: true, value: { params: fromPairs(texts), file } };
  } catch {
    return { ok: false, refusal: badParam('The multipart body cannot be read.') };
  }
}

/** The parameter as text; numbers count, as clients quote ids or do not. */
export function textOf(params: Params, key: string): string | undefined {
  const value = params[key];
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Keeps what `fields` asks for, always with `id`; without `fields`, the given default. Unknown names are skipped. */
export function pickFields(node: Params, params: Params, byDefault: readonly string[]): Params {
  const asked = textOf(params, 'fields');
  const names = asked === undefined ? byDefault : [...splitFields(asked), 'id'];
  return Object.fromEntries(names.filter((name) => node[name] !== undefined).map((name) => [name, node[name]]));
}

/** `id,throughput{level},analytics.start(1).end(2)` → the names before any bracket or dot. */
function splitFields(text: string): string[] {
  let flat = text;
  for (let before = ''; before !== flat; ) {
    before = flat;
    flat = flat.replaceAll(/\{[^{}]*\}|\([^()]*\)/g, '');
  }
  return flat.split(',').map((name) => name.trim().split('.')[0] ?? '');
}
