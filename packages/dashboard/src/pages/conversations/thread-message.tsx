import { Link } from '@tanstack/react-router';
import type { Message } from '../../api/types.ts';
import { toMessageState } from '../../model/delivery-state.ts';
import { toOrigin } from '../../model/origins.ts';
import { toLine } from '../../model/rendered.ts';
import { toClock, toDay } from '../../model/time.ts';
import { MessageContent } from '../../parts/message-content.tsx';
import { Moment } from '../../parts/time.tsx';
import { RichText } from '../../parts/rich-text.tsx';
import classes from './conversations.module.css';

interface Props {
  message: Message;
  before: Message | undefined;
  /** The message it answers, when that one is on the page. */
  quoted: Message | undefined;
}

export function ThreadMessage({ message, before, quoted }: Props) {
  const newDay = !before || toDay(before.at) !== toDay(message.at);
  const out = message.direction === 'out';
  return (
    <>
      {newDay ? <div className={classes.day}>{toDay(message.at)}</div> : null}
      <article
        className={classes.bubble}
        data-out={out || undefined}
        aria-label={out ? 'From the business' : 'From the customer'}
      >
        {quoted ? <Quote message={quoted} /> : null}
        {message.revokedAt ? (
          <div className={classes.gone}>{out ? 'Deleted' : 'The customer deleted this message'}</div>
        ) : (
          <MessageContent message={message} />
        )}
        <Emojis message={message} />
        <Fate message={message} />
        <Meta message={message} />
      </article>
    </>
  );
}

/** When it goes, or why it did not. */
function Fate({ message: { state, reason, sendAt } }: { message: Message }) {
  return (
    <>
      {state === 'scheduled' && sendAt ? (
        <div className={classes.goes}>
          Goes <Moment iso={sendAt} />
        </div>
      ) : null}
      {reason ? (
        <div className={classes.reason} data-tone={toMessageState(state).tone}>
          {reason}
        </div>
      ) : null}
    </>
  );
}

function Quote({ message }: { message: Message }) {
  return (
    <blockquote className={classes.quote} dir="auto">
      {message.revokedAt ? 'A deleted message' : <RichText text={toLine(message)} links={false} />}
    </blockquote>
  );
}

function Emojis({ message }: { message: Message }) {
  if (message.reactions.length === 0) return null;
  return (
    <div className={classes.emojis}>
      {message.reactions.map(({ by, emoji }) => (
        <span key={by} className={classes.emoji} title={by === 'contact' ? 'By the customer' : 'By the business'}>
          {emoji}
        </span>
      ))}
    </div>
  );
}

function Meta({ message }: { message: Message }) {
  const view = toMessageState(message.state);
  const out = message.direction === 'out';
  return (
    <div className={classes.meta}>
      {out ? <span>{toOrigin(message.origin)}</span> : null}
      {message.editedAt ? <span>Edited</span> : null}
      <time dateTime={message.at}>{toClock(message.at)}</time>
      {out ? (
        <span>
          <span aria-hidden="true">{view.mark}</span> {view.label}
        </span>
      ) : null}
      <Link to="/messages/$id" params={{ id: message.id }}>
        Story
      </Link>
    </div>
  );
}
