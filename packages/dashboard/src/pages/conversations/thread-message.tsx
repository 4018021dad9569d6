import { Link } from '@tanstack/react-router';
import type { Message } from '../../api/types.ts';
import { toMessageState } from '../../model/delivery-state.ts';
import { toMessageText } from '../../model/message-text.ts';
import { toClock, toDay } from '../../model/time.ts';
import classes from './conversations.module.css';

export function ThreadMessage({ message, before }: { message: Message; before: Message | undefined }) {
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
        {message.revokedAt ? (
          <p className={`${classes.text} ${classes.gone}`} style={{ margin: 0 }}>
            {out ? 'Deleted' : 'The customer deleted this message'}
          </p>
        ) : (
          <div className={classes.text} dir="auto">
            {toMessageText(message)}
          </div>
        )}
        {message.reactions.length > 0 ? (
          <div>
            {message.reactions.map((reaction) => (
              <span key={reaction.by} title={reaction.by === 'contact' ? 'By the customer' : 'By the business'}>
                {reaction.emoji}
              </span>
            ))}
          </div>
        ) : null}
        {message.reason ? <div className={classes.reason}>{message.reason}</div> : null}
        <Meta message={message} />
      </article>
    </>
  );
}

function Meta({ message }: { message: Message }) {
  const view = toMessageState(message.state);
  return (
    <div className={classes.meta}>
      {message.type === 'text' ? null : <span>{message.type}</span>}
      {message.direction === 'out' ? <span>by {message.origin}</span> : null}
      {message.editedAt ? <span>Edited</span> : null}
      <time dateTime={message.at}>{toClock(message.at)}</time>
      {message.direction === 'out' ? (
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
