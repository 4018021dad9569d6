import { memo, useCallback, useState } from 'react';
import type { PhoneMessage, PhoneSend } from '../../../src/contract.ts';
import { Icon } from '../icons.tsx';
import { parseBody } from '../model/body.ts';
import { toPreview } from '../model/preview.ts';
import { toTick } from '../model/ticks.ts';
import { toClock } from '../model/timeline.ts';
import { TickMark } from '../tick-mark.tsx';
import { useDismiss } from '../use-dismiss.ts';
import { BubbleBody } from './bubble-body.tsx';
import { MessageMenu } from './message-menu.tsx';
import { RichLine } from './rich-text.tsx';

export interface BubbleActions {
  send(body: PhoneSend['body'], quotedId?: string): Promise<boolean>;
  react(message: PhoneMessage, emoji: string): void;
  reply(message: PhoneMessage): void;
  edit(message: PhoneMessage): void;
  revoke(message: PhoneMessage): void;
}

interface Props {
  message: PhoneMessage;
  first: boolean;
  /** Undefined: quotes nothing. Null: quotes something this phone does not have. */
  quoted: PhoneMessage | null | undefined;
  actions: BubbleActions;
}

export const Bubble = memo(function Bubble({ message, first, quoted, actions }: Props) {
  const own = message.direction === 'out';
  const reactions = [message.reactions.customer ?? '', message.reactions.business ?? ''].filter(
    (emoji) => emoji !== '',
  );
  return (
    <article
      className="row"
      id={toElementId(message.id)}
      data-side={own ? 'own' : 'other'}
      data-first={first || undefined}
      data-reacted={reactions.length > 0 || undefined}
      aria-label={`${own ? 'You' : 'Business'} at ${toClock(message.at)}`}
    >
      <div className="bubble">
        {quoted === undefined || message.deleted ? null : <Quote message={quoted} own={own} />}
        {message.deleted ? (
          <p className="deleted">🚫 {own ? 'You deleted this message' : 'This message was deleted'}</p>
        ) : (
          <BubbleBody message={message} view={parseBody(message.body)} actions={actions} />
        )}
        <Meta message={message} />
        {message.deleted ? null : <MenuButton message={message} actions={actions} />}
        {reactions.length > 0 ? (
          <Reactions message={message} emojis={reactions} takeBack={() => actions.react(message, '')} />
        ) : null}
      </div>
    </article>
  );
});

function toElementId(id: string): string {
  return `m-${encodeURIComponent(id)}`;
}

function Quote({ message, own }: { message: PhoneMessage | null; own: boolean }) {
  if (!message) return <p className="quote">A message this phone does not have</p>;
  const jump = (): void => {
    const target = document.getElementById(toElementId(message.id));
    target?.scrollIntoView({ block: 'center' });
    target?.setAttribute('data-flash', '');
    setTimeout(() => target?.removeAttribute('data-flash'), 1_200);
  };
  return (
    <button type="button" className="quote" data-own={own || undefined} onClick={jump}>
      <strong>{message.direction === 'out' ? 'You' : 'Business'}</strong>
      <span dir="auto">
        <RichLine text={toPreview(message)} />
      </span>
    </button>
  );
}

function Meta({ message }: { message: PhoneMessage }) {
  const tick = toTick(message);
  return (
    <span className="meta">
      {message.edited && !message.deleted ? <span>Edited</span> : null}
      <time dateTime={new Date(message.at).toISOString()}>{toClock(message.at)}</time>
      {tick ? <TickMark tick={tick} /> : null}
    </span>
  );
}

function Reactions({ message, emojis, takeBack }: { message: PhoneMessage; emojis: string[]; takeBack: () => void }) {
  const own = message.reactions.customer;
  const label = `Reactions: ${emojis.join(' ')}.${own ? ' Take yours back' : ''}`;
  return (
    <button
      type="button"
      className="reactions"
      aria-label={label}
      title={own ? 'Take your reaction back' : undefined}
      disabled={!own}
      onClick={takeBack}
    >
      {emojis.join('')}
    </button>
  );
}

function MenuButton({ message, actions }: { message: PhoneMessage; actions: BubbleActions }) {
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  const ref = useDismiss<HTMLDivElement>(open, close);
  return (
    <div className="bubble-menu" ref={ref} data-open={open || undefined}>
      <button
        type="button"
        className="bubble-more"
        aria-label="React, reply and more"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      {open ? <MessageMenu message={message} actions={actions} close={close} /> : null}
    </div>
  );
}
