import type { WhatsAppEvent } from '@wharf/whatsapp';
import type { Transaction } from '#kit';
import { isTemplateEvent, toNews } from './news.ts';
import { storeNews, type Told } from './shelf.ts';

/** One new event; `arrivedAt` (unix ms) stands in where the wire gives no time. */
export interface TemplateFoldable {
  readonly event: WhatsAppEvent;
  readonly workspaceId: string;
  readonly arrivedAt: number;
}

function toTold({ event, workspaceId, arrivedAt }: TemplateFoldable): Told[] {
  if (!isTemplateEvent(event) || event.account === null) return [];
  return [{ ...toNews(event, arrivedAt), workspaceId, accountId: event.account }];
}

/** Adds the template news of a batch to what is stored, inside the caller's transaction; a batch without any costs nothing. */
export async function foldTemplates(
  tx: Transaction,
  events: readonly TemplateFoldable[],
  nowMs: number,
): Promise<void> {
  await storeNews(tx, events.flatMap(toTold), nowMs);
}
