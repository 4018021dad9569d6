import { isRecord, toText } from '../json.ts';
import { badParam, invalid, missing, type Refusal } from './answer.ts';
import { checkCards } from './check-cards.ts';
import type { CheckMedia } from './check-media.ts';
import type { CheckDeps } from './check-message.ts';
import { firstProblem, lengthOf, needed, textLimit } from './check-text.ts';

type Part = Readonly<Record<string, unknown>>;
const part = (value: unknown): Part => (isRecord(value) ? value : {});
const list = (value: unknown): Part[] => (Array.isArray(value) ? value.map(part) : []);

/** Types the emulator knows, with the check of their `action`. */
const actions: Readonly<Record<string, (action: Part, checkMedia: CheckMedia) => Refusal | null>> = {
  button: checkButtons,
  list: checkList,
  cta_url: (action) => checkNamed(action, 'cta_url') ?? checkCta(part(action.parameters)),
  location_request_message: (action) => checkNamed(action, 'send_location'),
  request_contact_info: (action) => checkNamed(action, 'request_contact_info'),
  address_message: (action) => checkNamed(action, 'address_message'),
  voice_call: (action) => checkNamed(action, 'voice_call'),
  call_permission_request: (action) => checkNamed(action, 'call_permission_request'),
  product: (action) => checkKeys(action, ['catalog_id', 'product_retailer_id']),
  product_list: (action) => checkKeys(action, ['catalog_id', 'sections']) ?? checkProducts(action),
  catalog_message: (action) => checkNamed(action, 'catalog_message'),
  carousel: checkCards,
  flow: (action) => checkNamed(action, 'flow') ?? checkFlow(part(action.parameters)),
  order_details: (action) => checkKeys(action, ['name', 'parameters']),
  order_status: (action) => checkKeys(action, ['name', 'parameters']),
};

const bodyless = new Set(['product', 'call_permission_request']);

/** What Meta refuses about an interactive message, or null. */
export function checkInteractive(value: unknown, { checkMedia }: CheckDeps): Refusal | null {
  if (!isRecord(value)) return missing("Parameter 'interactive' is mandatory for type 'interactive'");
  const type = toText(value.type);
  const checkAction = Object.hasOwn(actions, type) ? actions[type] : undefined;
  if (checkAction === undefined) {
    return badParam(
      `Param interactive['type'] must be one of {${Object.keys(actions).join(', ').toUpperCase()}} - got "${type}".`,
    );
  }
  if (!isRecord(value.action)) return missing('Interactive: action is required');
  return checkTexts(value, type) ?? checkHeader(value, type, checkMedia) ?? checkAction(value.action, checkMedia);
}

function checkTexts(value: Part, type: string): Refusal | null {
  const body = part(value.body).text;
  if (lengthOf(body) === 0 && !bodyless.has(type)) return missing('Interactive: body text is required');
  const header = part(value.header);
  return firstProblem([
    () => textLimit('Body text', body, type === 'list' ? 4096 : 1024),
    () => (header.type === 'text' ? textLimit('Header text', header.text, 60) : null),
    () => textLimit('Footer text', part(value.footer).text, 60),
  ]);
}

const headerless = new Set(['product', 'carousel', 'call_permission_request']);
const mediaHeaders = ['image', 'video', 'document'];
/** Types whose header can be text alone. */
const textHeaders = new Set(['list', 'product_list', 'catalog_message']);

function checkHeader(value: Part, type: string, checkMedia: CheckMedia): Refusal | null {
  if (value.header === undefined)
    return type === 'product_list' ? missing('Interactive: a text header is required') : null;
  if (headerless.has(type)) return invalid(`Interactive: type ${type} has no header`);
  const header = part(value.header);
  const kind = toText(header.type);
  if (kind === 'text') return lengthOf(header.text) === 0 ? missing('Interactive: header text is required') : null;
  if (!mediaHeaders.includes(kind) || textHeaders.has(type))
    return badParam(`Param interactive['header']['type'] cannot be "${kind}" for type ${type}.`);
  return checkMedia(kind, part(header[kind]));
}

/** Up to 10 sections and 30 products; more than one section need titles. */
function checkProducts(action: Part): Refusal | null {
  const sections = list(action.sections);
  const products = sections.flatMap((section) => list(section.product_items));
  if (sections.length === 0 || sections.length > 10) return invalid('Invalid sections count. Min: 1, Max: 10');
  if (products.length === 0 || products.length > 30) return invalid('Invalid products count. Min: 1, Max: 30');
  const lacking = products.find((product) => toText(product.product_retailer_id) === '');
  if (lacking !== undefined) return missing('Interactive: product_retailer_id is required');
  return firstProblem(sections.map((section) => () => checkTitle(section.title, sections.length > 1)));
}

const checkTitle = (title: unknown, isNeeded: boolean): Refusal | null =>
  isNeeded ? needed('Section title', title, 24) : textLimit('Section title', title, 24);

function checkButtons(action: Part): Refusal | null {
  const buttons = list(action.buttons);
  if (buttons.length === 0 || buttons.length > 3)
    return invalid('Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3');
  const replies = buttons.map((button) => part(button.reply));
  return firstProblem([
    ...replies.map((reply) => () => needed('Button title', reply.title, 20) ?? needed('Button id', reply.id, 256)),
    () =>
      unique(
        'Button titles',
        replies.map((reply) => reply.title),
      ),
    () =>
      unique(
        'Button ids',
        replies.map((reply) => reply.id),
      ),
  ]);
}

function checkList(action: Part): Refusal | null {
  const sections = list(action.sections);
  const rows = sections.flatMap((section) => list(section.rows));
  if (sections.length === 0 || sections.length > 10) return invalid('Invalid sections count. Min: 1, Max: 10');
  if (rows.length === 0 || rows.length > 10) return invalid('Total row count exceeds max allowed count: 10');
  return firstProblem([
    () => needed('List button', action.button, 20),
    ...sections.map((section) => () => checkTitle(section.title, sections.length > 1)),
    ...rows.map((row) => () => checkRow(row)),
    () =>
      unique(
        'Row ids',
        rows.map((row) => row.id),
      ),
  ]);
}

const checkRow = (row: Part): Refusal | null =>
  needed('Row title', row.title, 24) ??
  needed('Row id', row.id, 200) ??
  textLimit('Row description', row.description, 72);

const checkCta = (parameters: Part): Refusal | null =>
  needed('Button display text', parameters.display_text, 20) ?? needed('Button url', parameters.url, 2000);

function checkFlow(parameters: Part): Refusal | null {
  if (parameters.flow_id === undefined && parameters.flow_name === undefined)
    return missing('Flow: flow_id or flow_name is required');
  return (
    needed('flow_message_version', parameters.flow_message_version, 10) ?? needed('flow_cta', parameters.flow_cta, 30)
  );
}

const checkNamed = (action: Part, name: string): Refusal | null =>
  action.name === name ? null : invalid(`Interactive: action name must be ${name}`);

function checkKeys(action: Part, keys: readonly string[]): Refusal | null {
  const lacking = keys.find((key) => action[key] === undefined);
  return lacking === undefined ? null : missing(`Interactive: action ${lacking} is required`);
}

const unique = (name: string, values: readonly unknown[]): Refusal | null =>
  new Set(values).size === values.length ? null : invalid(`${name} must be unique`);
