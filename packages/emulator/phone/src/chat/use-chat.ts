import { useCallback, useMemo, useState } from 'react';
import type { PhoneMessage, PhoneSend } from '../../../src/contract.ts';
import { api } from '../api.ts';
import { parseBody } from '../model/body.ts';
import type { BubbleActions } from './bubble.tsx';

/** What the composer is about, besides a new message. */
export interface Focus {
  kind: 'reply' | 'edit';
  message: PhoneMessage;
}

export interface ChatWork {
  focus: Focus | null;
  clearFocus: () => void;
  /** What stands in the composer. */
  text: string;
  setText: (text: string | ((now: string) => string)) => void;
  error: string | null;
  setError: (error: string | null) => void;
  /** Runs it, shows why it failed; true when it did not. */
  attempt: (work: () => Promise<unknown>) => Promise<boolean>;
  send: BubbleActions['send'];
  actions: BubbleActions;
}

/** Everything this person can do in this chat. `onSend` runs as a message leaves. */
export function useChat(personId: string, numberId: string, onSend: () => void): ChatWork {
  const [focus, setFocus] = useState<Focus | null>(null);
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);

  const attempt = useCallback(async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      setError(null);
      return true;
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
      return false;
    }
  }, []);
  const send = useCallback(
    (body: PhoneSend['body'], quotedId?: string) => {
      onSend();
      return attempt(() => api.send({ personId, numberId, body, ...(quotedId ? { quotedId } : {}) }));
    },
    [attempt, onSend, personId, numberId],
  );
  const actions = useMemo<BubbleActions>(
    () => ({
      send,
      react: (message, emoji) => void attempt(() => api.react({ personId, numberId, messageId: message.id, emoji })),
      reply: (message) => setFocus({ kind: 'reply', message }),
      edit: (message) => {
        setText(toText(message));
        setFocus({ kind: 'edit', message });
      },
      revoke: (message) => void attempt(() => api.revoke(personId, message.id)),
    }),
    [attempt, send, personId, numberId],
  );
  const clearFocus = useCallback(() => setFocus(null), []);
  return { focus, clearFocus, text, setText, error, setError, attempt, send, actions };
}

function toText(message: PhoneMessage): string {
  const view = parseBody(message.body);
  return view.kind === 'text' ? view.text : '';
}
