import { renderTemplate, type TemplateDefinitionComponent, toLanguageCode } from '@wharf/whatsapp';
import type { Clock, Database } from '#kit';
import type { MessageRow } from './store/messages.ts';
import { listSentTemplates, type SentTemplateRow, type WantedTemplate } from './store/sent-templates.ts';
import { toRendered } from './template-views.ts';

type Rendered = ReturnType<typeof toRendered>;
type Use = NonNullable<Parameters<typeof renderTemplate>[1]>;

/** A message with the template it names. */
interface Sending {
  readonly row: MessageRow;
  readonly use: Use;
  readonly key: string;
  readonly wanted: WantedTemplate;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const WAITS: ReadonlySet<string> = new Set(['scheduled', 'queued', 'retry', 'sending']);

/** When it went, as far as that is known; what waits goes with the template as it is now. */
function toSentMs(row: MessageRow, nowMs: number): number {
  if (WAITS.has(row.state)) return nowMs;
  return (row.sentAt ?? row.at).getTime();
}

function toSending(row: MessageRow, nowMs: number): Sending[] {
  const template = row.direction === 'out' && row.type === 'template' ? row.body['template'] : null;
  const code = isObject(template) && isObject(template['language']) ? template['language']['code'] : null;
  if (!isObject(template) || typeof template['name'] !== 'string' || typeof code !== 'string') return [];
  const { name } = template;
  const language = toLanguageCode(code);
  const wanted = { channelId: row.channelId, name, language, sinceMs: toSentMs(row, nowMs) };
  return [{ row, use: template as unknown as Use, key: JSON.stringify([row.channelId, name, language]), wanted }];
}

/** Each template once, since its earliest message. */
function toWanted(sendings: readonly Sending[]): ReadonlyMap<string, WantedTemplate> {
  const all = new Map<string, WantedTemplate>();
  for (const { key, wanted } of sendings) {
    const sinceMs = Math.min(wanted.sinceMs, all.get(key)?.sinceMs ?? wanted.sinceMs);
    all.set(key, { ...wanted, sinceMs });
  }
  return all;
}

const isComponent = (value: object): value is TemplateDefinitionComponent =>
  'type' in value && typeof value.type === 'string';

function render({ use, wanted }: Sending, found: SentTemplateRow): Rendered | null {
  const then = found.earlier.find(({ untilMs, components }) => untilMs > wanted.sinceMs && components !== null);
  const components = then?.components ?? found.components;
  if (components === null) return null;
  const { name, language } = wanted;
  const format = found.parameterFormat === null ? {} : { parameter_format: found.parameterFormat };
  const definition = {
    name,
    language,
    category: found.category ?? '',
    ...format,
    components: components.filter(isComponent),
  };
  return toRendered(renderTemplate(definition, use));
}

/**
 * What people read of the template messages on a page: each template as it was when its message was sent, as far as that
 * is known. One look-up for all, none on a page without templates.
 */
export async function renderSent(
  ports: { readonly db: Database; readonly clock: Pick<Clock, 'now'> },
  workspaceId: string,
  rows: readonly MessageRow[],
): Promise<ReadonlyMap<string, Rendered>> {
  const nowMs = ports.clock.now();
  const sendings = rows.flatMap((row) => toSending(row, nowMs));
  if (sendings.length === 0) return new Map();
  const wanted = toWanted(sendings);
  const keys = [...wanted.keys()];
  const found = await listSentTemplates(ports.db, workspaceId, [...wanted.values()]);
  const byKey = new Map(found.map((row) => [keys[row.n], row]));
  return new Map(
    sendings.flatMap((sending) => {
      const row = byKey.get(sending.key);
      const shown = row ? render(sending, row) : null;
      return shown ? [[sending.row.id, shown] as const] : [];
    }),
  );
}
