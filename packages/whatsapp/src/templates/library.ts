import type { TemplateDefinition, TemplateDefinitionComponent } from './definition.ts';
import {
  APPOINTMENT_REMINDER,
  DELIVERY_UPDATE,
  FEEDBACK_REQUEST,
  LIBRARY_LANGUAGES,
  ORDER_UPDATE,
  PAYMENT_RECEIVED,
} from './library-texts.ts';
import type { LibraryLanguage, LibraryText } from './library-texts.ts';
import { variablesOf } from './variables.ts';

/** Ready templates of category UTILITY, to submit as they are or after a change. */
export interface LibraryTemplate {
  /** Also the name of each definition. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly category: 'UTILITY';
  /** One per language, with the same variables in each. */
  readonly definitions: readonly TemplateDefinition[];
}

/** What a reviewer at Meta sees in place of the variables. */
type Examples = { readonly [variable: string]: string };
const SHARED: Examples = { business: 'Bright Shoes', time: '15:30', order_number: 'ord-77' };

// biome-ignore format: a table, one language a line
const EXAMPLES: { readonly [language in LibraryLanguage]: Examples } = {
  en_US: { first_name: 'Ana', date: 'March 12', status: 'packed', amount: '$49.90', reference: 'invoice 2041' },
  es: { first_name: 'Ana', date: '12 de marzo', status: 'preparado', amount: '49,90 €', reference: 'la factura 2041' },
  pt_BR: { first_name: 'Ana', date: '12 de março', status: 'embalado', amount: 'R$ 49,90', reference: 'à fatura 2041' },
  de: { first_name: 'Ana', date: '12. März', status: 'verpackt', amount: '49,90 €', reference: 'Rechnung 2041' },
  fr: { first_name: 'Ana', date: '12 mars', status: 'préparée', amount: '49,90 €', reference: 'la facture 2041' },
  id: { first_name: 'Ana', date: '12 Maret', status: 'dikemas', amount: 'Rp49.900', reference: 'faktur 2041' },
  ar: { first_name: 'آنا', date: '12 مارس', status: 'جاهز للشحن', amount: '49.90 ر.س', reference: 'الفاتورة 2041' },
  hi: { first_name: 'आना', date: '12 मार्च', status: 'पैक हो गया', amount: '₹499', reference: 'बिल 2041' },
};

function toBody(body: string, language: LibraryLanguage): TemplateDefinitionComponent {
  const examples = { ...SHARED, ...EXAMPLES[language] };
  const body_text_named_params = variablesOf(body).map((param_name) => ({
    param_name,
    example: examples[param_name] ?? param_name,
  }));
  return { type: 'body', text: body, example: { body_text_named_params } };
}

function toDefinition(
  name: string,
  language: LibraryLanguage,
  { body, replies = [] }: LibraryText,
): TemplateDefinition {
  const buttons = replies.map((text) => ({ type: 'quick_reply', text }));
  return {
    name,
    language,
    category: 'UTILITY',
    parameter_format: 'named',
    components: [toBody(body, language), ...(buttons.length === 0 ? [] : [{ type: 'buttons', buttons }])],
  };
}

type About = Pick<LibraryTemplate, 'name' | 'title' | 'description'>;

function toTemplate(about: About, texts: { readonly [language in LibraryLanguage]: LibraryText }): LibraryTemplate {
  const definitions = LIBRARY_LANGUAGES.map((language) => toDefinition(about.name, language, texts[language]));
  return { ...about, category: 'UTILITY', definitions };
}

export const TEMPLATE_LIBRARY: readonly LibraryTemplate[] = [
  toTemplate(
    {
      name: 'appointment_reminder',
      title: 'Appointment reminder',
      description: 'Reminds a person of an agreed appointment and asks whether they can come.',
    },
    APPOINTMENT_REMINDER,
  ),
  toTemplate(
    {
      name: 'order_update',
      title: 'Order update',
      description: 'Tells a person that the status of their order has changed.',
    },
    ORDER_UPDATE,
  ),
  toTemplate(
    { name: 'payment_received', title: 'Payment received', description: 'Confirms that a payment has arrived.' },
    PAYMENT_RECEIVED,
  ),
  toTemplate(
    { name: 'delivery_update', title: 'Delivery update', description: 'Tells a person when their order will arrive.' },
    DELIVERY_UPDATE,
  ),
  toTemplate(
    {
      name: 'feedback_request',
      title: 'Feedback request',
      description: 'Asks a person how a finished order was. Keep it about that order, or Meta makes it marketing.',
    },
    FEEDBACK_REQUEST,
  ),
];
