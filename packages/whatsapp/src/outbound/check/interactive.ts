import { cards, orderDetails, orderStatus, products } from './commerce.ts';
import { media } from './basic.ts';
import {
  allDifferent,
  anyText,
  byWord,
  httpUrl,
  integer,
  items,
  jsonObject,
  matches,
  noEmoji,
  oneOf,
  onlyOneOf,
  openShape,
  requireTitles,
  shape,
  text,
  andThen,
} from './rules.ts';
import type { Fields, Report, Rule, Untrusted } from './rules.ts';

/** Interactive messages: one rule per `interactive.type`, made of a frame (header, body, footer) and an action. */

const LIMITS = {
  header: 60,
  body: 1024,
  listBody: 4096,
  footer: 60,
  button: 20,
  id: 256,
  buttons: 3,
  sections: 10,
  rows: 10,
  rowTitle: 24,
  rowId: 200,
  rowDescription: 72,
  formButton: 30,
  callMinutes: 43_200,
  callPayload: 512,
} as const;

type HeaderType = 'text' | 'image' | 'video' | 'document';
const HEADERS: { readonly [type in HeaderType]: Rule } = {
  text: shape({ type: oneOf('text'), text: text(LIMITS.header) }),
  image: shape({ type: oneOf('image'), image: media() }),
  video: shape({ type: oneOf('video'), video: media() }),
  document: shape({ type: oneOf('document'), document: media({ filename: anyText }) }),
};
const anyHeader: Rule = byWord('type', HEADERS);
const textHeader: Rule = byWord('type', { text: HEADERS.text });

const body = (max: number = LIMITS.body): Rule => shape({ text: text(max) });
const footer: Rule = shape({ text: text(LIMITS.footer) });
const named = (name: string): Rule => shape({ name: oneOf(name) });

/** The usual frame: a body, any header, a footer. `frame` replaces its required or its optional parts. */
function interactive(type: string, action: Rule, frame: { required?: Fields; optional?: Fields } = {}): Rule {
  const required = frame.required ?? { body: body() };
  const optional = frame.optional ?? { header: anyHeader, footer };
  return shape({ type: oneOf(type), ...required, action }, optional);
}

type Button = { reply: { id: string; title: string } };
const replyButton = shape({ type: oneOf('reply'), reply: shape({ id: text(LIMITS.id), title: text(LIMITS.button) }) });
const buttonsAction = andThen(
  shape({ buttons: items(replyButton, { min: 1, max: LIMITS.buttons, noun: 'buttons' }) }),
  ({ buttons }: { buttons: Button[] }, at, report) => {
    allDifferent(
      buttons,
      (button) => button.reply.id,
      (index) => `${at}.buttons[${index}].reply.id`,
      report,
    );
    allDifferent(
      buttons,
      (button) => button.reply.title,
      (index) => `${at}.buttons[${index}].reply.title`,
      report,
    );
  },
);

type Section = { title?: string; rows: { id: string }[] };
const row = shape(
  { id: text(LIMITS.rowId), title: text(LIMITS.rowTitle) },
  { description: text(LIMITS.rowDescription) },
);
const section = shape(
  { rows: items(row, { min: 1, max: LIMITS.rows, noun: 'rows' }) },
  { title: text(LIMITS.rowTitle) },
);

function checkSections({ sections }: { sections: Section[] }, at: string, report: Report): void {
  const rows = sections.flatMap((each, s) =>
    each.rows.map((one, r) => ({ id: one.id, at: `${at}.sections[${s}].rows[${r}].id` })),
  );
  if (rows.length > LIMITS.rows)
    report({
      field: `${at}.sections`,
      message: `must hold at most ${LIMITS.rows} rows over all sections`,
      limit: LIMITS.rows,
      actual: rows.length,
    });
  allDifferent(
    rows,
    (each) => each.id,
    (index) => rows[index]?.at ?? at,
    report,
  );
  requireTitles(sections, at, report);
}

const listAction = andThen(
  shape({ button: text(LIMITS.button), sections: items(section, { min: 1, max: LIMITS.sections, noun: 'sections' }) }),
  checkSections,
);

/** Also the button of a carousel card. */
const linkAction: Rule = shape({
  name: oneOf('cta_url'),
  parameters: shape({ display_text: text(LIMITS.button), url: httpUrl }),
});

const formParameters = andThen(
  shape(
    { flow_message_version: anyText, flow_cta: andThen(text(LIMITS.formButton), noEmoji) },
    {
      flow_id: anyText,
      flow_name: anyText,
      flow_token: anyText,
      mode: oneOf('draft', 'published'),
      flow_action: oneOf('navigate', 'data_exchange'),
      flow_action_payload: shape({ screen: anyText }, { data: jsonObject }),
    },
  ),
  (parameters: Untrusted, at, report) => {
    onlyOneOf('flow_id', 'flow_name')(parameters, at, report);
    if (parameters['flow_action'] === 'data_exchange' && parameters['flow_action_payload'] !== undefined)
      report({
        field: `${at}.flow_action_payload`,
        message: 'must be absent with data_exchange: the endpoint answers the first screen',
      });
  },
);

const country = matches(/^[A-Z]{2}$/, 'must be a two-letter country code, for example "IN"');
const savedAddress = openShape({ id: anyText, value: jsonObject });
const addressParameters = openShape(
  { country },
  {
    values: jsonObject,
    validation_errors: jsonObject,
    saved_addresses: items(savedAddress, { min: 0, max: 100, noun: 'addresses' }),
  },
);
/** All may be left out: Meta writes "Call Now" and lets the button work for seven days, 30 at most. */
const callParameters = shape(
  {},
  {
    display_text: text(LIMITS.button),
    ttl_minutes: integer(1, LIMITS.callMinutes),
    payload: text(LIMITS.callPayload),
  },
);

const INTERACTIVE_RULES: Fields = {
  button: interactive('button', buttonsAction),
  list: interactive('list', listAction, {
    required: { body: body(LIMITS.listBody) },
    optional: { header: textHeader, footer },
  }),
  cta_url: interactive('cta_url', linkAction),
  location_request_message: interactive('location_request_message', named('send_location')),
  request_contact_info: interactive('request_contact_info', named('request_contact_info')),
  address_message: interactive(
    'address_message',
    shape({ name: oneOf('address_message'), parameters: addressParameters }),
  ),
  voice_call: interactive('voice_call', shape({ name: oneOf('voice_call') }, { parameters: callParameters })),
  call_permission_request: interactive('call_permission_request', named('call_permission_request'), {
    required: {},
    optional: { header: anyHeader, body: body(), footer },
  }),
  product: interactive('product', products.single, { required: {}, optional: { body: body(), footer } }),
  product_list: interactive('product_list', products.list, {
    required: { header: textHeader, body: body() },
    optional: { footer },
  }),
  catalog_message: interactive('catalog_message', products.catalogue),
  carousel: interactive(
    'carousel',
    shape({ cards: cards({ header: byWord('type', { image: HEADERS.image, video: HEADERS.video }), linkAction }) }),
    { optional: {} },
  ),
  flow: interactive('flow', shape({ name: oneOf('flow'), parameters: formParameters })),
  order_details: interactive('order_details', orderDetails),
  order_status: interactive('order_status', orderStatus),
};

export const interactiveRule: Rule = byWord('type', INTERACTIVE_RULES);
