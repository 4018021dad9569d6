import { ok, refused, unknownNode } from './answer.ts';
import { type Params, pickFields, textOf } from './params.ts';
import type { Route } from './route.ts';

export interface TemplateButton {
  readonly type: 'QUICK_REPLY' | 'URL' | 'PHONE_NUMBER' | 'OTP' | 'COPY_CODE';
  readonly text: string;
  readonly url?: string;
  readonly phone_number?: string;
  readonly otp_type?: string;
}

export type TemplateComponent =
  | { readonly type: 'HEADER'; readonly format: 'TEXT' | 'IMAGE' | 'VIDEO' | 'DOCUMENT'; readonly text?: string }
  | { readonly type: 'BODY'; readonly text: string }
  | { readonly type: 'FOOTER'; readonly text: string }
  | { readonly type: 'BUTTONS'; readonly buttons: readonly TemplateButton[] };

export interface Template {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly status: 'APPROVED' | 'PENDING' | 'REJECTED' | 'PAUSED' | 'DISABLED';
  readonly category: 'MARKETING' | 'UTILITY' | 'AUTHENTICATION';
  readonly parameter_format: 'POSITIONAL' | 'NAMED';
  readonly components: readonly TemplateComponent[];
}

function template(
  id: string,
  name: string,
  rest: Pick<Template, 'category' | 'components'> & Partial<Template>,
): Template {
  return { id, name, language: 'en_US', status: 'APPROVED', parameter_format: 'POSITIONAL', ...rest };
}

const body = (text: string): TemplateComponent => ({ type: 'BODY', text });
const quickReplies = (...texts: string[]): TemplateComponent => ({
  type: 'BUTTONS',
  buttons: texts.map((text) => ({ type: 'QUICK_REPLY', text })),
});

/** Ids above 2^53: whoever reads them as a JavaScript number asks for the wrong template. */
const defaultTemplates: readonly Template[] = [
  template('10152347985345567', 'hello_world', {
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Hello World' },
      body('Welcome and congratulations!! This message demonstrates your ability to send a WhatsApp message.'),
      { type: 'FOOTER', text: 'WhatsApp Business Platform sample message' },
    ],
  }),
  template('10152347985345569', 'order_update', {
    category: 'UTILITY',
    components: [
      body('Hi {{1}}, your order {{2}} is on its way.'),
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'URL', text: 'Track', url: 'https://example.org/track/{{1}}' },
          { type: 'QUICK_REPLY', text: 'Thanks' },
        ],
      },
    ],
  }),
  template('10152347985345571', 'order_update', {
    language: 'pt_BR',
    category: 'UTILITY',
    components: [body('Oi {{1}}, seu pedido {{2}} está a caminho.')],
  }),
  template('10152347985345573', 'appointment_reminder', {
    category: 'UTILITY',
    parameter_format: 'NAMED',
    components: [body('Hello {{first_name}}, we expect you on {{day}}.'), quickReplies('Confirm', 'Change')],
  }),
  template('10152347985345575', 'spring_sale', {
    category: 'MARKETING',
    components: [
      { type: 'HEADER', format: 'IMAGE' },
      body('{{1}}, everything is 20 % off until Sunday.'),
      quickReplies('Show me', 'Stop promotions'),
    ],
  }),
  template('10152347985345577', 'login_code', {
    category: 'AUTHENTICATION',
    components: [
      body('*{{1}}* is your verification code.'),
      {
        type: 'BUTTONS',
        buttons: [{ type: 'URL', text: 'Copy code', url: 'https://www.whatsapp.com/otp/code/?code=otp{{1}}' }],
      },
    ],
  }),
  template('10152347985345579', 'paused_offer', {
    category: 'MARKETING',
    status: 'PAUSED',
    components: [body('This one is paused for low quality.')],
  }),
  template('10152347985345581', 'disabled_offer', {
    category: 'MARKETING',
    status: 'DISABLED',
    components: [body('This one is disabled.')],
  }),
  template('10152347985345583', 'pending_note', {
    category: 'UTILITY',
    status: 'PENDING',
    components: [body('This one waits for its review.')],
  }),
];

export const findTemplate = (name: string, language: string): Template | undefined =>
  defaultTemplates.find((each) => each.name === name && each.language === language);

export const findTemplateById = (id: string): Template | undefined => defaultTemplates.find((each) => each.id === id);

const defaultFields = ['name', 'parameter_format', 'components', 'language', 'status', 'category', 'id'];

const toNode = (each: Template): Params => ({
  ...each,
  quality_score: { score: 'UNKNOWN', date: 1_763_683_200 },
  rejected_reason: 'NONE',
});

export const templateRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '{waba}/message_templates',
    run: ({ params }) => {
      const found = defaultTemplates.filter((each) => isWanted(each, params));
      return ok(
        toPage(
          found.map((each) => pickFields(toNode(each), params, defaultFields)),
          params,
        ),
      );
    },
  },
  {
    method: 'GET',
    path: '{template}',
    run: ({ nodeId, params, method }) => {
      const found = findTemplateById(nodeId);
      if (found === undefined) return refused(unknownNode(nodeId, method));
      return ok(pickFields(toNode(found), params, defaultFields));
    },
  },
];

function isWanted(each: Template, params: Params): boolean {
  const matches = (['name', 'language', 'status', 'category'] as const).every((key) => {
    const wanted = textOf(params, key);
    return wanted === undefined || each[key].toLowerCase() === wanted.toLowerCase();
  });
  const content = textOf(params, 'name_or_content');
  return matches && (content === undefined || JSON.stringify(each).includes(content));
}

/** One page with Meta's cursors: the position, in base64. */
export function toPage(all: readonly unknown[], params: Params): Record<string, unknown> {
  const limit = Math.max(1, Number(textOf(params, 'limit') ?? 25) || 25);
  const from = fromCursor(textOf(params, 'after'));
  const data = all.slice(from, from + limit);
  if (data.length === 0) return { data };
  const cursors = { before: toCursor(from), after: toCursor(from + data.length) };
  return { data, paging: { cursors } };
}

const toCursor = (position: number): string => Buffer.from(String(position)).toString('base64');
const fromCursor = (cursor: string | undefined): number =>
  Number(Buffer.from(cursor ?? '', 'base64').toString('latin1')) || 0;
