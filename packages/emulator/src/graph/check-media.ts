import { toText } from '../json.ts';
import type { MediaRecord, World } from '../world.ts';
import { badParam, invalid, type Refusal } from './answer.ts';
import { toPlainType } from './check-file.ts';

type Part = Readonly<Record<string, unknown>>;

/** What Meta refuses about `{id}` or `{link}` where a medium of `kind` belongs, or null. */
export type CheckMedia = (kind: string, value: Part) => Refusal | null;

const dayMs = 24 * 60 * 60 * 1_000;
/** Uploaded ids live 30 days, ids from webhooks 7. */
const lifeMs = { upload: 30 * dayMs, webhook: 7 * dayMs };

export const isLiveMedia = (record: MediaRecord, now: number): boolean => now - record.at < lifeMs[record.from];

export function makeMediaCheck(world: World, { numberId, now }: { numberId: string; now: number }): CheckMedia {
  return (kind, value) => {
    if (value.id === undefined) return checkLink(kind, value.link);
    const id = toText(value.id);
    const record = world.media.get(id);
    if (record === undefined || record.numberId !== numberId || !isLiveMedia(record, now))
      return invalid(`Media ID ${id} does not exist`);
    return checkKind(kind, record, value.voice === true);
  };
}

function checkLink(kind: string, link: unknown): Refusal | null {
  if (link === undefined) return badParam(`The parameter ${kind}['id'] or ${kind}['link'] is required.`);
  const isWeb = typeof link === 'string' && URL.canParse(link) && /^https?:$/.test(new URL(link).protocol);
  return isWeb ? null : badParam(`Param ${kind}['link'] is not a valid URI.`);
}

/** Any file may go as a document. */
const kindTypes: Readonly<Record<string, RegExp>> = {
  image: /^image\/(jpeg|png)$/,
  sticker: /^image\/webp$/,
  video: /^video\//,
  audio: /^audio\//,
};

/** Whether a file of this type may go as that kind. */
export const isOfKind = (kind: string, type: string): boolean => kindTypes[kind]?.test(type) !== false;

function checkKind(kind: string, { mimeType }: MediaRecord, isVoice: boolean): Refusal | null {
  const type = toPlainType(mimeType);
  if (!isOfKind(kind, type)) return { code: 131053, details: `Media of type ${type} cannot be sent as ${kind}.` };
  return isVoice && type !== 'audio/ogg'
    ? { code: 131053, details: 'A voice message must be audio/ogg with the codec opus.' }
    : null;
}
