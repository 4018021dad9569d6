import { useLayoutEffect, useRef } from 'react';
import type { PhoneMessage } from '../../../src/contract.ts';
import type { BubbleActions } from './bubble.tsx';

const EMOJIS = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

export function MessageMenu({
  message,
  actions,
  close,
}: {
  message: PhoneMessage;
  actions: BubbleActions;
  close: () => void;
}) {
  const ref = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    ref.current?.scrollIntoView({ block: 'nearest' });
    ref.current?.querySelector('button')?.focus();
  }, []);
  const run = (work: () => void) => () => {
    work();
    close();
  };
  const mine = message.direction === 'out';
  const current = message.reactions.customer;
  return (
    <section className="popover message-menu" ref={ref} aria-label="Message actions">
      <fieldset className="emoji-row" aria-label="React">
        {EMOJIS.map((emoji) => (
          <button
            key={emoji}
            type="button"
            aria-label={`React with ${emoji}`}
            aria-pressed={current === emoji}
            onClick={run(() => actions.react(message, current === emoji ? '' : emoji))}
          >
            {emoji}
          </button>
        ))}
      </fieldset>
      <button type="button" onClick={run(() => actions.reply(message))}>
        Reply
      </button>
      {mine && message.body.type === 'text' ? (
        <button type="button" onClick={run(() => actions.edit(message))}>
          Edit
        </button>
      ) : null}
      {mine ? (
        <button type="button" className="danger" onClick={run(() => actions.revoke(message))}>
          Delete for everyone
        </button>
      ) : null}
    </section>
  );
}
