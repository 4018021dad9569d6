import { isRecord, toText } from '../json.ts';
import { invalid, missing, type Refusal } from './answer.ts';
import type { CheckMedia } from './check-media.ts';
import { firstProblem, needed, textLimit } from './check-text.ts';

type Part = Readonly<Record<string, unknown>>;
const part = (value: unknown): Part => (isRecord(value) ? value : {});
const list = (value: unknown): Part[] => (Array.isArray(value) ? value.map(part) : []);

/** The cards of a free-form carousel: 2 to 10, all alike. */
export function checkCards(action: Part, checkMedia: CheckMedia): Refusal | null {
  const cards = list(action.cards);
  if (cards.length < 2 || cards.length > 10) return invalid('Invalid cards count. Min: 2, Max: 10');
  if (new Set(cards.map((card) => card.type)).size > 1) return invalid('All cards must have the same type');
  const counts = cards.map((card) => list(part(card.action).buttons).length);
  if (new Set(counts).size > 1) return invalid('All cards must have the same number of buttons');
  return firstProblem(cards.map((card, at) => () => checkCard(card, at, checkMedia)));
}

function checkCard(card: Part, at: number, checkMedia: CheckMedia): Refusal | null {
  if (Number(card.card_index) !== at) return invalid(`card_index ${at} is missing`);
  const action = part(card.action);
  if (card.type === 'product') {
    const lacking = ['product_retailer_id', 'catalog_id'].find((key) => toText(action[key]) === '');
    return lacking === undefined ? null : missing(`Card ${at}: action ${lacking} is required`);
  }
  const header = part(card.header);
  const kind = toText(header.type);
  if (kind !== 'image' && kind !== 'video') return missing(`Card ${at}: a header of type image or video is required`);
  return (
    checkMedia(kind, part(header[kind])) ??
    textLimit('Card body', part(card.body).text, 160) ??
    (action.name === 'cta_url' ? checkLink(part(action.parameters)) : checkReplies(list(action.buttons)))
  );
}

const checkLink = (parameters: Part): Refusal | null =>
  needed('Button display text', parameters.display_text, 20) ?? needed('Button url', parameters.url, 2000);

function checkReplies(buttons: readonly Part[]): Refusal | null {
  if (buttons.length === 0 || buttons.length > 2) return invalid('A card needs a cta_url or one or two quick replies');
  return firstProblem(
    buttons.map((button) => () => {
      const reply = part(button.quick_reply);
      return needed('Button title', reply.title, 20) ?? needed('Button id', reply.id, 256);
    }),
  );
}
