import type { PhoneMessage } from '../../../src/contract.ts';
import { type BodyView, parseBody } from './body.ts';
import type { MediaKind } from './media-kind.ts';

const MEDIA_WORDS: Record<MediaKind, string> = {
  image: '📷 Photo',
  audio: '🎵 Audio',
  video: '🎬 Video',
  document: '📄 Document',
  sticker: '💟 Sticker',
};

/** One line for lists and quotes. */
export function toPreview(message: Pick<PhoneMessage, 'body' | 'deleted'>): string {
  if (message.deleted) return 'This message was deleted';
  return toViewPreview(parseBody(message.body)).replace(/\s+/g, ' ').trim();
}

function toViewPreview(view: BodyView): string {
  switch (view.kind) {
    case 'text':
      return view.text;
    case 'media':
      if (view.voice) return '🎤 Voice message';
      return [MEDIA_WORDS[view.media], view.caption ?? view.filename].filter(Boolean).join(' · ');
    case 'location':
      return `📍 ${view.name ?? 'Location'}`;
    case 'contacts':
      return `👤 ${view.cards.map((card) => card.name).join(', ') || 'Contact'}`;
    case 'interactive':
      return view.text || view.header || view.style;
    case 'template':
      return view.text ?? `Template ${view.name}`;
    case 'choice':
      return view.title;
    case 'unknown':
    default:
      return `Message of type “${view.type}”`;
  }
}
