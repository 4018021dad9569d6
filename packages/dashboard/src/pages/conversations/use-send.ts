import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { sendMessage } from '../../api/actions.ts';
import { refreshMessages } from '../../api/messages.ts';
import type { SendRequest } from '../../api/types.ts';
import { makeKey } from '../../model/new-key.ts';

type Draft = Pick<SendRequest, 'message' | 'sendAt'>;

/**
 * Sends into a conversation. One idempotency key per content: pressing again after a lost answer sends the same message,
 * not a second one; other words are another message.
 */
export function useSend(conversationId: string, done: () => void) {
  const queries = useQueryClient();
  const sent = useRef({ content: '', key: '' });
  return useMutation({
    mutationFn: (draft: Draft) => {
      const content = JSON.stringify(draft);
      if (sent.current.content !== content) sent.current = { content, key: makeKey() };
      return sendMessage({ conversationId, priority: 'reply', ...draft }, sent.current.key);
    },
    onSuccess: () => {
      sent.current = { content: '', key: '' };
      done();
      return refreshMessages(queries);
    },
  });
}
