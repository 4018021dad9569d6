import { useEffect, useMemo } from 'react';
import type { PhoneMessage, PhoneNumberInfo, PhonePerson } from '../../../src/contract.ts';
import { Composer } from '../composer/composer.tsx';
import type { Place } from '../model/location-hash.ts';
import { type Phone, type PhoneAction, toChatKey } from '../model/phone-state.ts';
import { toTimeline } from '../model/timeline.ts';
import { useNow } from '../use-now.ts';
import { Bubble, type BubbleActions } from './bubble.tsx';
import { ChatHeader } from './chat-header.tsx';
import { FirstHint } from './first-hint.tsx';
import { TypingDots } from './typing-dots.tsx';
import { useChat } from './use-chat.ts';
import { useStickToEnd } from './use-stick-to-end.ts';

interface Props {
  phone: Phone;
  person: PhonePerson;
  number: PhoneNumberInfo;
  dispatch: (action: PhoneAction) => void;
  go: (place: Place) => void;
}

export function Chat({ phone, person, number, dispatch, go }: Props) {
  const { messages: all, unread } = phone;
  const messages = useMemo(() => toChatMessages(all, person.id, number.id), [all, person.id, number.id]);
  const typingUntil = phone.typing.get(toChatKey(person.id, number.id)) ?? 0;
  const { logRef, atEnd, toEnd } = useStickToEnd(`${messages.at(-1)?.id ?? ''} ${typingUntil}`);
  const chat = useChat(person.id, number.id, toEnd);
  const now = useNow(60_000) + phone.skewMs;

  const unreadHere = messages.filter((message) => unread.has(message.id)).length;
  useEffect(() => {
    if (unreadHere > 0) dispatch({ type: 'seen', personId: person.id, numberId: number.id });
  }, [unreadHere, person.id, number.id, dispatch]);

  return (
    <>
      <ChatHeader {...{ person, number, go }} attempt={chat.attempt} numbers={phone.numbers} />
      {/* Safari gives scrolling areas no focus of their own, so the keyboard could not scroll this one. */}
      {/* oxlint-disable jsx-a11y/no-noninteractive-tabindex */}
      <div
        className="log"
        ref={logRef}
        role="log"
        aria-live="polite"
        aria-relevant="additions"
        aria-label="Messages"
        tabIndex={0}
      >
        {/* oxlint-enable jsx-a11y/no-noninteractive-tabindex */}
        {messages.length === 0 ? <FirstHint send={chat.send} business={number.verifiedName} /> : null}
        <Timeline messages={messages} actions={chat.actions} byId={all} now={now} />
        <TypingDots name={number.verifiedName} until={typingUntil - phone.skewMs} />
      </div>
      {atEnd ? null : (
        <button type="button" className="to-end" onClick={toEnd} aria-label="Jump to the latest message">
          ↓
        </button>
      )}
      {chat.error ? (
        <p className="error chat-error" role="alert">
          {chat.error}
        </p>
      ) : null}
      <Composer person={person} chat={chat} />
    </>
  );
}

function toChatMessages(all: Phone['messages'], personId: string, numberId: string): PhoneMessage[] {
  return [...all.values()].filter((message) => message.personId === personId && message.numberId === numberId);
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
