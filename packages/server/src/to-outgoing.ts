import { toDerivedId } from '#kit';
import { type Target, toLine } from '#ledger';
import { CLASS, type Outgoing } from '#outbox';
import type { Intent, Result } from '#reactions';

/** An answer that could not go out for a day answers nothing any more. */
const REPLY_TTL_MS = 24 * 3_600_000;

/** An intent's key comes from (event, reaction, place in the list): a re-run makes the same message again, not a second. */
export function toOutgoing(result: Result, targets: ReadonlyMap<string, Target>, nowMs: number): Outgoing[] {
  const { task } = result;
  return result.intents.flatMap((intent: Intent, n): Outgoing[] => {
    const target = targets.get(task.view.conversationId ?? '');
    if (!target) return [];
    const key = [task.workspaceId, task.event.id, task.reaction, n] as const;
    const base = {
      workspaceId: task.workspaceId,
      channelId: target.channelId,
      lane: target.id,
      address: target.address,
      class: CLASS.reply,
    };
    const at = task.event.at ?? 0;
    if (intent.type === 'read') {
      return [
        {
          ...base,
          id: toDerivedId('rdm', at, ...key),
          kind: 'read',
          messageId: intent.messageId,
          typing: intent.typing,
        },
      ];
    }
    return [
      {
        ...base,
        id: toDerivedId('msg', at, ...key),
        kind: 'message',
        conversationId: target.id,
        contactId: target.contactId,
        origin: 'handler',
        message: intent.message,
        preview: toLine(previewOf(intent.message)),
        at: nowMs,
        ownerEpoch: task.view.ownerEpoch,
        position: task.position,
        reaction: task.reaction,
        idempotencyKey: null,
        requestDigest: null,
        sendAt: null,
        expiresAt: nowMs + REPLY_TTL_MS,
        callbackData: null,
        retryOf: null,
      },
    ];
  });
}

/** One line of an outgoing message: its words, or what it is. */
export function previewOf(message: { readonly type: string; readonly [key: string]: unknown }): string {
  const part = (message[message.type] ?? {}) as {
    body?: string | { text?: string };
    caption?: string;
    name?: string;
    emoji?: string;
  };
  const words = typeof part.body === 'string' ? part.body : part.body?.text;
  return words ?? part.caption ?? part.emoji ?? part.name ?? message.type;
}
