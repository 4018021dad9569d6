import type { Message } from '../api/types.ts';
import { parseBubble } from '../model/bubble.ts';
import type { ChoiceGroup } from '../model/choices.ts';
import { isEmojiOnly } from '../model/rich-text.ts';
import classes from './message-body.module.css';
import { RichText } from './rich-text.tsx';

interface Props {
  message: Pick<Message, 'body' | 'type' | 'preview'>;
  /** Its files are shown beside it: what it is needs no words then. */
  hasFiles?: boolean;
}

/** What a message says, as the customer sees it; buttons and rows are shown, not pressed. */
export function MessageBody({ message, hasFiles = false }: Props) {
  const { about, header, text, footer, choices } = parseBubble(message);
  return (
    <div className={classes.body}>
      {about && !hasFiles ? (
        <div className={classes.about}>
          <bdi>{about}</bdi>
        </div>
      ) : null}
      {header ? (
        <div className={classes.header} dir="auto">
          {header}
        </div>
      ) : null}
      {text ? (
        <div className={classes.text} dir="auto" data-large={isEmojiOnly(text) || undefined}>
          <RichText text={text} />
        </div>
      ) : null}
      {footer ? (
        <div className={classes.about} dir="auto">
          {footer}
        </div>
      ) : null}
      {choices.map((group, index) => (
        // Groups are positions in one sent message.
        // oxlint-disable-next-line react/no-array-index-key
        <Choices key={index} group={group} />
      ))}
    </div>
  );
}

function Choices({ group }: { group: ChoiceGroup }) {
  return (
    <div className={classes.choices}>
      {group.title ? (
        <div className={classes.about} dir="auto">
          {group.title}
        </div>
      ) : null}
      <ul className={classes.chips} aria-label={group.title ?? 'What the customer can tap'}>
        {group.items.map(({ label, detail }, index) => (
          // Two rows may read the same.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} className={classes.chip} dir="auto">
            {label}
            {detail ? <span className={classes.detail}>{detail}</span> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
