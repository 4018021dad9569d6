import { createHmac, timingSafeEqual } from 'node:crypto';

/** Download addresses live five minutes. */
const linkLifeMs = 5 * 60 * 1_000;

/** Path of downloads; Meta's host for it is lookaside.fbsbx.com. */
export const linkPath = '/whatsapp_business/attachments/';

export interface MediaLinks {
  /** `from` is `webhook` in webhooks and `getMedia` in answers, as at Meta. */
  make(base: string, mediaId: string, from: 'webhook' | 'getMedia'): string;
  /** The media id when the address is ours and still good at `now`. */
  parse(query: URLSearchParams): string | null;
}

export function makeMediaLinks(secret: string, now: () => number): MediaLinks {
  const sign = (mediaId: string, expiry: string): string =>
    createHmac('sha256', secret).update(`${mediaId} ${expiry}`).digest('base64url').slice(0, 32);
  return {
    make(base, mediaId, from) {
      const expiry = String(Math.floor((now() + linkLifeMs) / 1_000));
      const query = new URLSearchParams({ mid: mediaId, source: from, ext: expiry, hash: sign(mediaId, expiry) });
      return `${base}${linkPath}?${query.toString()}`;
    },
    parse(query) {
      const mediaId = query.get('mid') ?? '';
      const expiry = query.get('ext') ?? '';
      if (!isSame(query.get('hash') ?? '', sign(mediaId, expiry))) return null;
      return Number(expiry) * 1_000 > now() ? mediaId : null;
    },
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
