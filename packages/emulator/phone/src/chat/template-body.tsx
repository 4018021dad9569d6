import type { PhoneMessage } from '../../../src/contract.ts';
import { Icon } from '../icons.tsx';
import type { TemplateButton, TemplateView } from '../model/template.ts';
import type { BubbleActions } from './bubble.tsx';
import { LinkTap } from './link-tap.tsx';
import { MediaBody } from './media-body.tsx';
import { RichText } from './rich-text.tsx';

interface Props {
  view: TemplateView;
  message: PhoneMessage;
  actions: BubbleActions;
}

export function TemplateBody({ view, message, actions }: Props) {
  return (
    <>
      {view.headerMedia ? (
        <MediaBody view={{ kind: 'media', media: view.headerMedia, voice: false }} url={message.mediaUrl} />
      ) : null}
      {view.header ? (
        <p className="text header" dir="auto">
          {view.header}
        </p>
      ) : null}
      {view.text ? <RichText text={view.text} /> : <UnknownWords view={view} />}
      {view.footer ? (
        <p className="text footer" dir="auto">
          {view.footer}
        </p>
      ) : null}
      {view.buttons.length > 0 ? (
        <div className="taps">
          {view.buttons.map((button, index) => (
            // Buttons are places 0 to 9 of one fixed template; two may carry the same words.
            // oxlint-disable-next-line react/no-array-index-key
            <Tap key={index} button={button} message={message} actions={actions} />
          ))}
        </div>
      ) : null}
    </>
  );
}

function Tap({ button, message, actions }: { button: TemplateButton; message: PhoneMessage; actions: BubbleActions }) {
  if (button.kind === 'link') return <LinkTap label={button.title} url={button.url} />;
  if (button.kind === 'plain') return <span className="tap-plain">{button.title}</span>;
  const send = (): void =>
    void actions.send({ type: 'button', payload: button.payload, text: button.title }, message.id);
  return (
    <button type="button" dir="auto" onClick={send}>
      <Icon name="reply" />
      {button.title}
    </button>
  );
}

function UnknownWords({ view }: { view: TemplateView }) {
  return (
    <div className="template">
      <strong>Template {view.name}</strong>
      {view.values.length > 0 ? (
        <ol>
          {view.values.map((value, index) => (
            // Values are positions: {{1}}, {{2}} …
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index} dir="auto">
              {value}
            </li>
          ))}
        </ol>
      ) : null}
      <small>Its words are not known here{view.language ? ` (${view.language})` : ''}.</small>
    </div>
  );
}
