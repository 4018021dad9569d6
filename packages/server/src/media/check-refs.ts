import type { MessageProblem } from '@wharf/whatsapp';
import type { Database } from '#kit';
import { checkMediaFile } from './limits.ts';
import { listOwn, type Slot } from './slots.ts';
import { findFiles, type FileRow } from './store.ts';

const STATE: Readonly<Record<Exclude<FileRow['state'], 'stored'>, string>> = {
  referenced: 'is still being fetched from WhatsApp; try again when its state is stored',
  corrupt: 'was not kept, because its content was damaged',
  lost: 'could not be had from WhatsApp',
  deleted: 'was deleted',
};

function checkSlot(slot: Slot, row: FileRow | undefined): MessageProblem[] {
  const field = `${slot.field}.id`;
  if (row === undefined) return [{ field, message: 'names no file of this workspace; POST /api/v1/media gives ids' }];
  if (row.state !== 'stored') return [{ field, message: `names a file that ${STATE[row.state]}` }];
  const file = { mimeType: row.sniffedType ?? '', sizeBytes: row.sizeBytes ?? 0, isVoice: slot.isVoice };
  return checkMediaFile(slot.kind, file).map(({ message, ...more }) => ({
    field,
    message: `names a file that ${message}`,
    ...more,
  }));
}

/** Whether the files that a message names by our ids are there and fit the place they stand in. */
export async function checkMediaRefs(db: Database, workspaceId: string, message: unknown): Promise<MessageProblem[]> {
  const slots = listOwn(message);
  if (slots.length === 0) return [];
  const rows = new Map(
    (
      await findFiles(
        db,
        workspaceId,
        slots.map((slot) => slot.id),
      )
    ).map((row) => [row.id, row]),
  );
  return slots.flatMap((slot) => checkSlot(slot, rows.get(slot.id)));
}
