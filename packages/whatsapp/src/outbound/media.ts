import type { OutgoingMedia } from '../message.ts';

/** A string is a link when it starts with `http://` or `https://`, else the id of an upload; or say which. */
export type Media = string | OutgoingMedia;

export function toMedia(media: Media): OutgoingMedia {
  if (typeof media !== 'string') return media;
  return /^https?:\/\//i.test(media) ? { link: media } : { id: media };
}
