import { useState } from 'react';
import type { PhoneMessage } from '../../../src/contract.ts';
import { Icon } from '../icons.tsx';
import type { TemplateButton, TemplateParts, TemplateView } from '../model/template.ts';
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
  const isKnown = view.text !== undefined && view.text !== '';
  return (
    <>
      <Parts parts={view} message={message} actions={actions} />
      {isKnown ? null : <UnknownWords view={view} />}
      {view.cards.length > 0 ? (
        <ul className="cards">
          {view.cards.map((card, index) => (
            // Cards are places of one fixed template.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index} className="card">
              <Parts parts={card} message={message} actions={actions} />
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

function Parts({ parts, message, actions }: { parts: TemplateParts; message: PhoneMessage; actions: BubbleActions }) {
  return (
    <>
      {parts.headerMedia ? (
        <MediaBody view={{ kind: 'media', media: parts.headerMedia, voice: false }} url={parts.headerUrl} />
      ) : null}
      {parts.header ? (
        <p className="text header" dir="auto">
          {parts.header}
        </p>
      ) : null}
      {parts.offer ? <Offer offer={parts.offer} /> : null}
      {parts.text ? <RichText text={parts.text} /> : null}
      {parts.footer ? (
        <p className="text footer" dir="auto">
          {parts.footer}
        </p>
      ) : null}
      {parts.buttons.length > 0 ? (
        <div className="taps">
          {parts.buttons.map((button, index) => (
            // Buttons are places 0 to 9 of one fixed template; two may carry the same words.
            // oxlint-disable-next-line react/no-array-index-key
            <Tap key={index} button={button} message={message} actions={actions} />
          ))}
        </div>
      ) : null}
    </>
  );
}

function Offer({ offer }: { offer: NonNullable<TemplateParts['offer']> }) {
  return (
    <p className="offer" dir="auto">
      <strong>{offer.text}</strong>
      {offer.expiresAt === undefined ? null : (
        <small>
          until{' '}
          <time dateTime={new Date(offer.expiresAt).toISOString()}>{new Date(offer.expiresAt).toLocaleString()}</time>
        </small>
      )}
    </p>
  );
}

function Tap({ button, message, actions }: { button: TemplateButton; message: PhoneMessage; actions: BubbleActions }) {
  if (button.kind === 'link') return <LinkTap label={button.title} url={button.url} />;
  if (button.kind === 'code') return <CodeTap title={button.title} code={button.code} />;
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

/** WhatsApp copies the code and tells nobody. */
function CodeTap({ title, code }: { title: string; code: string }) {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard.writeText(code).then(
      () => setCopied(true),
      // Not allowed here: the code is on the button.
      () => setCopied(false),
    );
  };
  return (
    <button type="button" onClick={copy}>
      {copied ? 'Copied' : title}
      <code>{code}</code>
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
