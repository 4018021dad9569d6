import { useCallback, useEffect, useMemo, useState } from 'react';
import type { PhoneMessage, PhoneNumberInfo, PhonePerson, PhoneSend } from '../../../src/contract.ts';
import { api } from '../api.ts';
import { Composer, type Focus } from '../composer/composer.tsx';
import type { Place } from '../model/location-hash.ts';
import { type Phone, type PhoneAction, toChatKey } from '../model/phone-state.ts';
import { toTimeline } from '../model/timeline.ts';
import { useNow } from '../use-now.ts';
import { Bubble, type BubbleActions } from './bubble.tsx';
import { ChatHeader } from './chat-header.tsx';
import { FirstHint } from './first-hint.tsx';
import { TypingDots } from './typing-dots.tsx';
import { useStickToEnd } from './use-stick-to-end.ts';

interface Props {
  phone: Phone;
  person: PhonePerson;
  number: PhoneNumberInfo;
  dispatch: (action: PhoneAction) => void;
  go: (place: Place) => void;
}

export function Chat({ phone, person, number, dispatch, go }: Props) {
  const messages = useMemo(() => toChatMessages(phone, person.id, number.id), [phone.messages, person.id, number.id]);
  const [focus, setFocus] = useState<Focus | null>(null);
  const [error, setError] = useState<string | null>(null);
  const typingUntil = (phone.typing.get(toChatKey(person.id, number.id)) ?? 0) - phone.skewMs;
  const now = useNow(typingUntil > Date.now() ? 500 : 30_000);
  const { logRef, atEnd, toEnd } = useStickToEnd(messages.length + (typingUntil > now ? 1 : 0));

  useEffect(
    () => dispatch({ type: 'seen', personId: person.id, numberId: number.id }),
    [messages, person.id, number.id, dispatch],
  );

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
      toEnd();
      return attempt(() =>
        api.send({ personId: person.id, numberId: number.id, body, ...(quotedId ? { quotedId } : {}) }),
      );
    },
    [attempt, toEnd, person.id, number.id],
  );
  const actions = useMemo<BubbleActions>(
    () => ({
      send,
      react: (message, emoji) =>
        void attempt(() => api.react({ personId: person.id, numberId: number.id, messageId: message.id, emoji })),
      reply: (message) => setFocus({ kind: 'reply', message }),
      edit: (message) => setFocus({ kind: 'edit', message }),
      revoke: (message) => void attempt(() => api.revoke(person.id, message.id)),
    }),
    [attempt, send, person.id, number.id],
  );

  return (
    <>
      <ChatHeader {...{ person, number, go, attempt }} numbers={phone.numbers} />
      <div
        className="log"
        ref={logRef}
        role="log"
        aria-live="polite"
        aria-relevant="additions"
        aria-label="Messages"
        tabIndex={0}
      >
        {messages.length === 0 ? <FirstHint send={send} business={number.verifiedName} /> : null}
        <Timeline {...{ messages, actions }} byId={phone.messages} now={now + phone.skewMs} />
        {typingUntil > now ? <TypingDots name={number.verifiedName} /> : null}
      </div>
      {atEnd ? null : (
        <button type="button" className="to-end" onClick={toEnd} aria-label="Jump to the latest message">
          ↓
        </button>
      )}
      {error ? (
        <p className="error chat-error" role="alert">
          {error}
        </p>
      ) : null}
      <Composer {...{ person, focus, send, attempt }} clearFocus={() => setFocus(null)} setError={setError} />
    </>
  );
}

function toChatMessages(phone: Phone, personId: string, numberId: string): PhoneMessage[] {
  return [...phone.messages.values()].filter(
    (message) => message.personId === personId && message.numberId === numberId,
  );
}

interface TimelineProps {
  messages: PhoneMessage[];
  byId: Map<string, PhoneMessage>;
  actions: BubbleActions;
  now: number;
}

function Timeline({ messages, byId, actions, now }: TimelineProps) {
  return toTimeline(messages, now).map((item) =>
    item.kind === 'day' ? (
      <p key={item.key} className="day">
        <span>{item.label}</span>
      </p>
    ) : (
      <Bubble
        key={item.key}
        message={item.message}
        first={item.first}
        quoted={item.message.quotedId ? (byId.get(item.message.quotedId) ?? null) : undefined}
        actions={actions}
      />
    ),
  );
}
