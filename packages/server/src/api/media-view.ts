import type { z } from 'zod';
import type { Database } from '#kit';
import type { MediaPort } from './ports/media.ts';
import type * as schemas from './schemas/media.ts';
import { listMedia, type MediaRow } from './store/media.ts';
import type { MessageRow } from './store/messages.ts';

type Media = z.output<typeof schemas.media>;

export function toMedia({ hasThumbnail, createdAt, ...row }: MediaRow, sign: MediaPort['sign']): Media {
  const file = row.state === 'stored' ? sign(row.id, 'file') : null;
  const thumbnail = file !== null && hasThumbnail ? sign(row.id, 'thumbnail') : null;
  return {
    ...row,
    url: file?.path ?? null,
    thumbnailUrl: thumbnail?.path ?? null,
    urlExpiresAt: file === null ? null : new Date(file.expiresAt).toISOString(),
    createdAt: createdAt.toISOString(),
  };
}

const OWN_ID = /"id":"(med_[0-9a-z]{26})"/g;

/** Our ids of files in an outgoing message, wherever in it they stand. */
const namedIn = (row: MessageRow): string[] =>
  row.direction === 'in' ? [] : [...JSON.stringify(row.body).matchAll(OWN_ID)].map((match) => match[1] ?? '');

/** The files of each message on a page, with one look-up for all. */
export async function readMediaOf(
  ports: { readonly db: Database; readonly media: Pick<MediaPort, 'sign'> },
  workspaceId: string,
  rows: readonly MessageRow[],
): Promise<ReadonlyMap<string, Media[]>> {
  const named = new Map(rows.map((row) => [row.id, new Set(namedIn(row))]));
  const ids = [...new Set([...named.values()].flatMap((set) => [...set]))];
  const found = await listMedia(ports.db, workspaceId, { messageIds: rows.map((row) => row.id), ids });
  const isOf = (row: MessageRow, media: MediaRow) => media.messageId === row.id || named.get(row.id)?.has(media.id);
  return new Map(
    rows.map((row) => [row.id, found.filter((one) => isOf(row, one)).map((one) => toMedia(one, ports.media.sign))]),
  );
}
