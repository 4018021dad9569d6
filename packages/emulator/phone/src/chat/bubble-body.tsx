import type { PhoneMessage } from '../../../src/contract.ts';
import type { BodyView } from '../model/body.ts';
import type { BubbleActions } from './bubble.tsx';
import { InteractiveBody } from './interactive-body.tsx';
import { MediaBody } from './media-body.tsx';
import { RichText } from './rich-text.tsx';
import { TemplateBody } from './template-body.tsx';

interface Props {
  message: PhoneMessage;
  view: BodyView;
  actions: BubbleActions;
}

export function BubbleBody({ message, view, actions }: Props) {
  switch (view.kind) {
    case 'text':
      return <RichText text={view.text} />;
    case 'media':
      return <MediaBody view={view} url={message.mediaUrl} />;
    case 'location':
      return <LocationBody view={view} />;
    case 'contacts':
      return <ContactsBody view={view} />;
    case 'interactive':
      return <InteractiveBody view={view} message={message} actions={actions} />;
    case 'template':
      return <TemplateBody view={view} message={message} actions={actions} />;
    case 'choice':
      return (
        <p className="text choice-made" dir="auto">
          {view.title}
          {view.description ? <small>{view.description}</small> : null}
        </p>
      );
    case 'unknown':
    default:
      return <UnknownBody view={view} />;
  }
}

function LocationBody({ view }: { view: Extract<BodyView, { kind: 'location' }> }) {
  return (
    <div className="card">
      <div className="map" aria-hidden="true">
        <span>📍</span>
      </div>
      <p className="card-text" dir="auto">
        <strong>{view.name ?? 'Location'}</strong>
        {view.address ? <span>{view.address}</span> : null}
        <small>
          {view.latitude.toFixed(5)}, {view.longitude.toFixed(5)}
        </small>
      </p>
    </div>
  );
}

function ContactsBody({ view }: { view: Extract<BodyView, { kind: 'contacts' }> }) {
  return (
    <ul className="contacts">
      {view.cards.map((card, index) => (
        // Cards carry no id and never change places inside one message.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index}>
          <span aria-hidden="true">👤</span>
          <span dir="auto">
            <strong>{card.name}</strong>
            <small>{card.phones.join(', ') || 'No number'}</small>
          </span>
        </li>
      ))}
    </ul>
  );
}

function UnknownBody({ view }: { view: Extract<BodyView, { kind: 'unknown' }> }) {
  return (
    <details className="unknown">
      <summary>This phone does not show messages of type “{view.type}”</summary>
      <pre>{view.json}</pre>
    </details>
  );
}
