import { isRecord, toText } from '../json.ts';
import { badParam, invalid, missing, type Refusal } from './answer.ts';
import { firstProblem, lengthOf, textLimit } from './check-text.ts';

type Part = Readonly<Record<string, unknown>>;
const part = (value: unknown): Part => (isRecord(value) ? value : {});
const list = (value: unknown): Part[] => (Array.isArray(value) ? value.map(part) : []);

/** Types the emulator knows, with the check of their `action`. */
const actions: Readonly<Record<string, (action: Part) => Refusal | null>> = {
  button: checkButtons,
  list: checkList,
  cta_url: (action) => checkNamed(action, 'cta_url') ?? checkCta(part(action.parameters)),
  location_request_message: (action) => checkNamed(action, 'send_location'),
  request_contact_info: (action) => checkNamed(action, 'request_contact_info'),
  address_message: (action) => checkNamed(action, 'address_message'),
  voice_call: (action) => checkNamed(action, 'voice_call'),
  call_permission_request: (action) => checkNamed(action, 'call_permission_request'),
  product: (action) => checkKeys(action, ['catalog_id', 'product_retailer_id']),
  product_list: (action) => checkKeys(action, ['catalog_id', 'sections']),
  catalog_message: (action) => checkNamed(action, 'catalog_message'),
  carousel: checkCarousel,
  flow: (action) => checkNamed(action, 'flow') ?? checkFlow(part(action.parameters)),
  order_details: (action) => checkKeys(action, ['name', 'parameters']),
  order_status: (action) => checkKeys(action, ['name', 'parameters']),
};

const bodyless = new Set(['product', 'call_permission_request']);

/** What Meta refuses about an interactive message, or null. */
export function checkInteractive(value: unknown): Refusal | null {
  if (!isRecord(value)) return missing("Parameter 'interactive' is mandatory for type 'interactive'");
  const type = toText(value.type);
  const checkAction = Object.hasOwn(actions, type) ? actions[type] : undefined;
  if (checkAction === undefined) {
    return badParam(
      `Param interactive['type'] must be one of {${Object.keys(actions).join(', ').toUpperCase()}} - got "${type}".`,
    );
  }
  if (!isRecord(value.action)) return missing('Interactive: action is required');
  return checkTexts(value, type) ?? checkAction(value.action);
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
    ...sections.map(
      (section) => () =>
        sections.length > 1
          ? needed('Section title', section.title, 24)
          : textLimit('Section title', section.title, 24),
    ),
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

function checkCarousel(action: Part): Refusal | null {
  const cards = list(action.cards);
  if (cards.length < 2 || cards.length > 10) return invalid('Invalid cards count. Min: 2, Max: 10');
  const isMixed = new Set(cards.map((card) => card.type)).size > 1;
  if (isMixed) return invalid('All cards must have the same type');
  return firstProblem(cards.map((card) => () => textLimit('Card body', part(card.body).text, 160)));
}

const checkNamed = (action: Part, name: string): Refusal | null =>
  action.name === name ? null : invalid(`Interactive: action name must be ${name}`);

function checkKeys(action: Part, keys: readonly string[]): Refusal | null {
  const lacking = keys.find((key) => action[key] === undefined);
  return lacking === undefined ? null : missing(`Interactive: action ${lacking} is required`);
}

const needed = (name: string, value: unknown, max: number): Refusal | null =>
  lengthOf(value) === 0
    ? invalid(`${name} is required. Min length: 1, Max length: ${max}`)
    : textLimit(name, value, max);

const unique = (name: string, values: readonly unknown[]): Refusal | null =>
  new Set(values).size === values.length ? null : invalid(`${name} must be unique`);
