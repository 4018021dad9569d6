import { patch, post, segment } from './client.ts';
import type { Channel, ChannelChange, Conversation, Media, Message, SendRequest } from './types.ts';

/** The same `idempotencyKey` never sends twice, so a click after a lost answer is safe. */
export const sendMessage = (body: SendRequest, idempotencyKey: string) =>
  post<Message>('/messages', body, { 'idempotency-key': idempotencyKey });

export const cancelMessage = (id: string) => post<Message>(`/messages/${segment(id)}/cancel`, {});
/** Becomes a new message; asked twice, it is still one. */
export const retryMessage = (id: string) => post<Message>(`/messages/${segment(id)}/retry`, {});
export const rescheduleMessage = (id: string, sendAt: string) => patch<Message>(`/messages/${segment(id)}`, { sendAt });

/** An entry can be replayed or discarded once; a repeated call with its key answers the same. */
export const settleQuarantine = (id: string, action: 'replay' | 'discard') =>
  post<unknown>(`/quarantine/${segment(id)}/${action}`, {}, { 'idempotency-key': `${action}-${id}` });

/** Lets what waits on a paused channel go; on an active one it changes nothing. */
export const resumeChannel = (id: string) => post<Channel>(`/channels/${segment(id)}/resume`, {});
export const pauseChannel = (id: string, reason: string) => post<Channel>(`/channels/${segment(id)}/pause`, { reason });
export const changeChannel = (id: string, change: ChannelChange) => patch<Channel>(`/channels/${segment(id)}`, change);

/** The bot answers again; who has the conversation may take it again. */
export const releaseConversation = (id: string) => post<Conversation>(`/conversations/${segment(id)}/release`, {});

/** Asks the provider for a file once more, whatever came of earlier tries. */
export const fetchMedia = (id: string) => post<Media>(`/media/${segment(id)}/fetch`, {});
