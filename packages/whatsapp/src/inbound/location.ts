import type { MessageContent } from '../events.ts';
import { present, toBoolean, toNumber, toPart, toText } from './read.ts';

export function toLocation(body: unknown): MessageContent | undefined {
  const place = toPart(body);
  const latitude = toNumber(place.latitude);
  const longitude = toNumber(place.longitude);
  if (latitude === undefined || longitude === undefined) return undefined;
  return present<MessageContent>({
    type: 'location',
    latitude,
    longitude,
    name: toText(place.name),
    address: toText(place.address),
    url: toText(place.url),
    live: toBoolean(place.live),
  });
}
