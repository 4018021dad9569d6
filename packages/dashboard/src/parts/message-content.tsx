import type { Message } from '../api/types.ts';
import { toTemplateName } from '../model/bubble.ts';
import { asObject } from '../model/json.ts';
import { parseRendered } from '../model/rendered.ts';
import { MediaFiles } from './media-files.tsx';
import classes from './message-body.module.css';
import { MessageBody } from './message-body.tsx';
import { SentTemplate } from './template-view.tsx';

/** All that a message says and brings: a template as the customer reads it, anything else by its own parts. */
export function MessageContent({
  message,
}: {
  message: Pick<Message, 'body' | 'media' | 'preview' | 'rendered' | 'type'>;
}) {
  const { body, media, rendered } = message;
  if (rendered !== null)
    return (
      <>
        <div className={classes.about}>
          <bdi>{toTemplateName(asObject(body.template))}</bdi>
        </div>
        <SentTemplate rendered={parseRendered(rendered)} media={media} />
      </>
    );
  return (
    <>
      <MediaFiles media={media} />
      <MessageBody message={message} hasFiles={media.length > 0} />
    </>
  );
}
