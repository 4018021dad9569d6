import { type RenderedTemplate, renderTemplate, TEMPLATE_LIBRARY, toPriceClass } from '@wharf/whatsapp';
import type { z } from 'zod';
import type { TemplatesPort } from './ports/templates.ts';
import type { rendered as renderedSchema } from './schemas/rendered.ts';
import type * as schemas from './schemas/templates.ts';
import type { TemplateAccountRow, TemplateChangeRow, TemplateRow } from './store/templates.ts';
import { toTime } from './views.ts';

type Template = z.output<typeof schemas.template>;
type TemplateDetail = z.output<typeof schemas.templateDetail>;

/** The same in the words of the schemas, whose lists may be written to. */
export const toRendered = (rendered: RenderedTemplate) => rendered as z.output<typeof renderedSchema>;

const toAction = (reason: string | null): Template['send'] => ({ allowed: reason === null, reason });

const toPrice = (category: string | null): Template['price'] =>
  toPriceClass({
    kind: 'template',
    ...(category === null ? {} : { category }),
    windowOpen: false,
    freeEntryPoint: false,
  });

export function toTemplate(port: Pick<TemplatesPort, 'whyNot'>, row: TemplateRow): Template {
  const { upcomingCategory: category, upcomingAt } = row;
  const why = port.whyNot(row);
  return {
    ...row,
    upcomingCategory: category === null ? null : { category, at: toTime(upcomingAt) },
    price: toPrice(row.category),
    send: toAction(why.send),
    edit: toAction(why.edit),
    syncedAt: toTime(row.syncedAt),
    goneAt: toTime(row.goneAt),
    createdAt: row.createdAt.toISOString(),
  };
}

const toChange = (row: TemplateChangeRow): TemplateDetail['history'][number] => ({
  ...row,
  at: row.at.toISOString(),
  effectiveAt: toTime(row.effectiveAt),
});

export function toTemplateDetail(
  port: Pick<TemplatesPort, 'whyNot'>,
  row: TemplateRow,
  more: { readonly variants: readonly TemplateRow[]; readonly history: readonly TemplateChangeRow[] },
): TemplateDetail {
  const variants = more.variants.map(({ id, language, status, category, quality }) => ({
    id,
    language,
    status,
    category,
    quality,
  }));
  return { ...toTemplate(port, row), variants, history: more.history.map(toChange) };
}

export const toTemplateAccount = (row: TemplateAccountRow): z.output<typeof schemas.templateAccount> => ({
  ...row,
  syncedAt: toTime(row.syncedAt),
  triedAt: toTime(row.triedAt),
  nextAt: toTime(row.nextAt),
});

/** The ready templates, each as a person would see it. */
export const LIBRARY: z.output<typeof schemas.libraryPage> = {
  data: TEMPLATE_LIBRARY.map(({ definitions, ...about }) => ({
    ...about,
    price: toPrice(about.category),
    variants: definitions.map((definition) => ({
      language: definition.language,
      definition: { ...definition },
      rendered: toRendered(renderTemplate(definition)),
    })),
  })),
  next: null,
};
