import type { WhatsAppEvent } from '@wharf/whatsapp';

/** The message an event is, or is about, as the provider names it; `callback` is our own id, brought back by a status. */
export interface Subject {
  readonly whatsappId: string;
  readonly callback: string | null;
}

export function toSubject(event: WhatsAppEvent): Subject | null {
  if (event.kind === 'message.status') {
    return { whatsappId: event.messageId, callback: event.callbackData ?? null };
  }
  if ('target' in event) return { whatsappId: event.target, callback: null };
  if ('message' in event) return { whatsappId: event.message.id, callback: null };
  return 'messageId' in event ? { whatsappId: event.messageId, callback: null } : null;
}
