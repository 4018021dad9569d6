import { useState } from 'react';
import type { PhoneMessage } from '../../../src/contract.ts';
import { SAMPLE_LOCATION } from '../composer/samples.ts';
import { Icon } from '../icons.tsx';
import type { ActionView, BodyView } from '../model/body.ts';
import type { BubbleActions } from './bubble.tsx';
import { LinkTap } from './link-tap.tsx';
import { ListSheet } from './list-sheet.tsx';
import { MediaBody } from './media-body.tsx';
import { RichText } from './rich-text.tsx';

interface Props {
  view: Extract<BodyView, { kind: 'interactive' }>;
  message: PhoneMessage;
  actions: BubbleActions;
}

export function InteractiveBody({ view, message, actions }: Props) {
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
      {view.text ? <RichText text={view.text} /> : null}
      {view.footer ? (
        <p className="text footer" dir="auto">
          {view.footer}
        </p>
      ) : null}
      {view.action.kind === 'none' ? <p className="text footer">This phone cannot act on “{view.style}”.</p> : null}
      <Taps action={view.action} message={message} actions={actions} />
    </>
  );
}

function Taps({ action, message, actions }: { action: ActionView; message: PhoneMessage; actions: BubbleActions }) {
  switch (action.kind) {
    case 'buttons':
      return (
        <div className="taps">
          {action.buttons.map((button) => (
            <button
              key={button.id}
              type="button"
              dir="auto"
              onClick={() =>
                void actions.send({ type: 'button_reply', id: button.id, title: button.title }, message.id)
              }
            >
              <Icon name="reply" />
              {button.title}
            </button>
          ))}
        </div>
      );
    case 'list':
      return <ListTap action={action} message={message} actions={actions} />;
    case 'link':
      return (
        <div className="taps">
          <LinkTap label={action.label} url={action.url} />
        </div>
      );
    case 'location':
      return (
        <div className="taps">
          <button
            type="button"
            onClick={() => void actions.send({ type: 'location', location: SAMPLE_LOCATION }, message.id)}
          >
            <Icon name="pin" />
            Send location
          </button>
        </div>
      );
    case 'products':
      return <Products action={action} />;
    case 'none':
    default:
      return null;
  }
}

function Products({ action }: { action: Extract<ActionView, { kind: 'products' }> }) {
  return (
    <ul className="products">
      {action.ids.map((id) => (
        <li key={id}>
          <span aria-hidden="true">🛍️</span>
          <span>
            <strong>Product {id}</strong>
            <small>{action.catalogId ? `Catalogue ${action.catalogId}` : 'From the business’s catalogue'}</small>
          </span>
        </li>
      ))}
    </ul>
  );
}

interface ListTapProps {
  action: Extract<ActionView, { kind: 'list' }>;
  message: PhoneMessage;
  actions: BubbleActions;
}

function ListTap({ action, message, actions }: ListTapProps) {
  const [open, setOpen] = useState(false);
  return (
    <div className="taps">
      <button type="button" dir="auto" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Icon name="list" />
        {action.label}
      </button>
      {open ? (
        <ListSheet
          title={action.label}
          sections={action.sections}
          close={() => setOpen(false)}
          pick={(row) => {
            setOpen(false);
            const description = row.description ? { description: row.description } : {};
            void actions.send({ type: 'list_reply', id: row.id, title: row.title, ...description }, message.id);
          }}
        />
      ) : null}
    </div>
  );
}
