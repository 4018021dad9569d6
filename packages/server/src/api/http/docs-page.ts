import { PROBLEMS } from '../problems.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

interface Body {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
  readonly description?: string;
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Body;
  readonly responses?: Readonly<Record<string, Body>>;
}

/** The part of an OpenAPI document that this page shows. */
export interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (c) => ESCAPES[c] ?? c);

function toType(schema: Schema | undefined): string {
  if (!schema) return '';
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return `<a href="#schema-${escape(name)}">${escape(name)}</a>`;
  }
  if (schema.enum) return schema.enum.map((value) => `<code>${escape(String(value))}</code>`).join(' · ');
  if (schema.anyOf) return schema.anyOf.map(toType).join(' or ');
  if (schema.items) return `list of ${toType(schema.items)}`;
  return escape([schema.type ?? 'any'].flat().join(' or '));
}

const row = (name: string, type: string, rest: string): string =>
  `<tr><td><code>${escape(name)}</code></td><td>${type}</td><td>${escape(rest)}</td></tr>`;

function toFields(schema: Schema | undefined, prefix = ''): string[] {
  const inner = schema?.items ?? schema;
  return Object.entries(inner?.properties ?? {}).flatMap(([name, field]) => {
    const isRequired = inner?.required?.includes(name) ?? false;
    const path = `${prefix}${name}`;
    const own = row(path, toType(field), [isRequired ? '' : 'Optional.', field.description ?? ''].join(' ').trim());
    return [own, ...toFields(field, `${path}${field.items ? '[]' : ''}.`)];
  });
}

const table = (title: string, rows: readonly string[]): string =>
  rows.length === 0 ? '' : `<h4>${escape(title)}</h4><table>${rows.join('')}</table>`;

const toParameter = (p: Parameter): string =>
  row(
    p.name,
    toType(p.schema),
    [p.in, p.required ? 'required' : '', p.description ?? p.schema?.description ?? ''].filter(Boolean).join(', '),
  );

/** What stands in the document where a route says nothing of its answer. */
const UNSAID = 'Default Response';

const schemaOf = (body: Body | undefined): Schema | undefined => Object.values(body?.content ?? {})[0]?.schema;

function toOperation(path: string, method: string, operation: Operation): string {
  const answers = Object.entries(operation.responses ?? {}).map(([status, body]) =>
    row(status, toType(schemaOf(body)), body.description === UNSAID ? '' : (body.description ?? '')),
  );
  return `<section><h3 id="${escape(`${method}-${path}`)}"><code>${method.toUpperCase()} ${escape(path)}</code></h3>
<p>${escape(operation.summary ?? '')}</p><p>${escape(operation.description ?? '')}</p>
${table('Parameters', (operation.parameters ?? []).map(toParameter))}
${table('Body', toFields(schemaOf(operation.requestBody)))}
${table('Answers', answers)}</section>`;
}

const STYLE = `body{font:15px/1.55 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2024;background:#fff}
code{font:13px ui-monospace,monospace;background:#8881;padding:.1em .3em;border-radius:4px}
table{border-collapse:collapse;width:100%;margin:.3rem 0 1rem}td{border-top:1px solid #8883;padding:.3rem .5rem;vertical-align:top;overflow-wrap:anywhere}
h3{overflow-wrap:anywhere}
section{border-top:2px solid #8884;margin-top:2rem}a{color:#0b6bcb}h4{margin:.6rem 0 0}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#16181a}a{color:#7cb7ff}}`;

/** The API's document as one plain page: no script, nothing fetched from elsewhere. */
export function toDocsPage(document: Document): string {
  const { info } = document;
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => toOperation(path, method, operation as Operation)),
  );
  const shapes = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<section><h3 id="schema-${escape(name)}">${escape(name)}</h3><table>${toFields(schema as Schema).join('')}</table></section>`,
  );
  const problems = Object.entries(PROBLEMS).map(
    ([code, { status, title, next }]) =>
      `<tr id="problem-${code}"><td>${status}</td><td><code>${code}</code></td><td>${escape(`${title}. ${next}`)}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(info.title)}</title><style>${STYLE}</style></head><body><main>
<h1>${escape(info.title)} <small>${escape(info.version)}</small></h1><p>${escape(info.description ?? '')}</p>
<p>The same as a document: <a href="/api/v1/openapi.json">openapi.json</a></p>
<h2>Operations</h2>${operations.join('')}<h2>Shapes</h2>${shapes.join('')}
<h2 id="problems">Problems</h2><table>${problems.join('')}</table></main></body></html>`;
}
