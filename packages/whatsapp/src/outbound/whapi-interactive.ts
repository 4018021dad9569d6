import type { CarouselCard, Interactive, InteractiveHeader } from '../message.ts';
import type { JsonObject } from './graph-body.ts';
import { toWhapiMedia } from './whapi-part.ts';
import type { WhapiPart } from './whapi-part.ts';

type Of<T extends Interactive['type']> = Extract<Interactive, { type: T }>;
const PATH = '/messages/interactive';
type Carried = 'button' | 'list' | 'cta_url' | 'carousel';

/** What only Meta's own clients show, and what reaches the same end over a linked phone. */
const INSTEAD: { readonly [type in Exclude<Interactive['type'], Carried>]: string } = {
  location_request_message: 'ask in a text; people share their location from the attachment menu',
  request_contact_info: 'ask for the number in a text',
  address_message: 'ask for the address in a text',
  voice_call: 'write a text with the number to call',
  call_permission_request: 'ask in a text whether and when to call',
  product: 'send a picture with name, price and a link',
  product_list: 'send a list of the products, or a carousel of pictures with links',
  catalog_message: 'send a link button that leads to the shop',
  flow: 'ask one question at a time with buttons or lists, or send a link button to a web form',
  order_details: 'send a text with the total and a link button to the payment page',
  order_status: 'send a text',
};

function toFrame({ header, body, footer }: Of<'button' | 'list' | 'cta_url'>): JsonObject {
  return {
    ...(header?.type === 'text' ? { header: { text: header.text } } : {}),
    body,
    ...(footer === undefined ? {} : { footer }),
  };
}

function mediaHeaderProblem(header: InteractiveHeader | undefined): WhapiPart | null {
  if (header === undefined || header.type === 'text') return null;
  return {
    field: 'interactive.header.type',
    message: `Whapi.Cloud shows text headers only, not ${header.type}: send the file as a message of its own`,
  };
}

function toActionButtons(interactive: Of<'button' | 'cta_url'>): JsonObject[] {
  if (interactive.type === 'button')
    return interactive.action.buttons.map(({ reply }) => ({ type: 'quick_reply', title: reply.title, id: reply.id }));
  const { display_text, url } = interactive.action.parameters;
  return [{ type: 'url', title: display_text, id: 'url', url }];
}

/** Help pages name the list's button text `label`, the vendor's SDK `button`: both are sent, one of them is read. */
function toList({ button, sections }: Of<'list'>['action']): JsonObject {
  return { list: { label: button, button, sections } };
}

function toCard(card: CarouselCard): JsonObject | null {
  if (card.type === 'product') return null;
  const { header, action } = card;
  const media = header.type === 'image' ? header.image : header.type === 'video' ? header.video : null;
  if (media === null) return null;
  const buttons =
    'buttons' in action
      ? action.buttons.map(({ quick_reply }) => ({ type: 'quick_reply', title: quick_reply.title, id: quick_reply.id }))
      : [
          {
            type: 'url',
            title: action.parameters.display_text,
            id: `url-${card.card_index}`,
            url: action.parameters.url,
          },
        ];
  return { id: `card-${card.card_index}`, media: { media: toWhapiMedia(media) }, text: card.body?.text ?? '', buttons };
}

function toCarousel({ body, action }: Of<'carousel'>): WhapiPart {
  const cards = action.cards.map(toCard);
  if (cards.includes(null))
    return {
      field: 'interactive.action.cards',
      message: 'Whapi.Cloud has no product cards: give each card a picture or film, and a link to the product',
    };
  return { path: '/messages/carousel', body: { body: body.text, cards } };
}

/** Buttons, lists, link buttons and media carousels; the rest needs Meta's own clients behind it. */
export function toWhapiInteractive(interactive: Interactive): WhapiPart {
  if (interactive.type === 'carousel') return toCarousel(interactive);
  if (interactive.type !== 'button' && interactive.type !== 'list' && interactive.type !== 'cta_url')
    return {
      field: 'interactive.type',
      message: `Whapi.Cloud cannot send ${interactive.type} messages: ${INSTEAD[interactive.type]}`,
    };
  const problem = mediaHeaderProblem(interactive.header);
  if (problem !== null) return problem;
  if (interactive.type === 'list')
    return { path: PATH, body: { type: 'list', ...toFrame(interactive), action: toList(interactive.action) } };
  return {
    path: PATH,
    body: { type: 'button', ...toFrame(interactive), action: { buttons: toActionButtons(interactive) } },
  };
}
