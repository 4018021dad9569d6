import { readMediaOf } from './media-view.ts';
import type { ApiPorts } from './ports.ts';
import { renderSent } from './sent-templates.ts';
import type { MessageRow } from './store/messages.ts';
import { toMessage } from './views.ts';

/** Shows the messages of a page: one look-up for all their files, and one for all their templates. */
export async function viewMessages(
  ports: Pick<ApiPorts, 'db' | 'clock' | 'media'>,
  workspaceId: string,
  rows: readonly MessageRow[],
): Promise<(row: MessageRow) => ReturnType<typeof toMessage>> {
  const [media, rendered] = await Promise.all([
    readMediaOf(ports, workspaceId, rows),
    renderSent(ports, workspaceId, rows),
  ]);
  return (row) => toMessage(row, { media: media.get(row.id) ?? [], rendered: rendered.get(row.id) ?? null });
}
