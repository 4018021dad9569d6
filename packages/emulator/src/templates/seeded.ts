import { toTemplate } from './store.ts';
import type { Template, TemplateButton, TemplateComponent, TemplateDraft } from './template.ts';

const body = (text: string): TemplateComponent => ({ type: 'BODY', text });
const quickReplies = (...texts: string[]): TemplateComponent => ({
  type: 'BUTTONS',
  buttons: texts.map((text): TemplateButton => ({ type: 'QUICK_REPLY', text })),
});

const seededAt = Date.UTC(2025, 10, 21);

function seeded(
  id: string,
  name: string,
  rest: Partial<Template> & Pick<Template, 'category' | 'components'>,
): Template {
  const draft: TemplateDraft = { name, language: 'en_US', parameterFormat: 'POSITIONAL', ...rest };
  return { ...toTemplate(draft, id, seededAt), status: 'APPROVED', ...rest };
}

/** What an account has from the start. Ids above 2^53: read as a JavaScript number they name another template. */
const seededTemplates: readonly Template[] = [
  seeded('10152347985345567', 'hello_world', {
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Hello World' },
      body('Welcome and congratulations!! This message demonstrates your ability to send a WhatsApp message.'),
      { type: 'FOOTER', text: 'WhatsApp Business Platform sample message' },
    ],
  }),
  seeded('10152347985345569', 'order_update', {
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
  seeded('10152347985345571', 'order_update', {
    language: 'pt_BR',
    category: 'UTILITY',
    components: [body('Oi {{1}}, seu pedido {{2}} está a caminho.')],
  }),
  seeded('10152347985345573', 'appointment_reminder', {
    category: 'UTILITY',
    parameterFormat: 'NAMED',
    components: [body('Hello {{first_name}}, we expect you on {{day}}.'), quickReplies('Confirm', 'Change')],
  }),
  seeded('10152347985345575', 'spring_sale', {
    category: 'MARKETING',
    components: [
      { type: 'HEADER', format: 'IMAGE' },
      body('{{1}}, everything is 20 % off until Sunday.'),
      quickReplies('Show me', 'Stop promotions'),
    ],
  }),
  seeded('10152347985345577', 'login_code', {
    category: 'AUTHENTICATION',
    components: [
      body('*{{1}}* is your verification code.'),
      {
        type: 'BUTTONS',
        buttons: [{ type: 'URL', text: 'Copy code', url: 'https://www.whatsapp.com/otp/code/?code=otp{{1}}' }],
      },
    ],
  }),
  seeded('10152347985345579', 'paused_offer', {
    category: 'MARKETING',
    status: 'PAUSED',
    components: [body('This one is paused for low quality.')],
  }),
  seeded('10152347985345581', 'disabled_offer', {
    category: 'MARKETING',
    status: 'DISABLED',
    components: [body('This one is disabled.')],
  }),
  seeded('10152347985345583', 'pending_note', {
    category: 'UTILITY',
    status: 'PENDING',
    components: [body('This one waits for its review.')],
  }),
];

/** A copy for each account: what changes is changed in place. */
export const makeSeededTemplates = (): Template[] => seededTemplates.map((each) => structuredClone(each));
