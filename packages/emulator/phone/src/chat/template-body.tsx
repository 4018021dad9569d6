import type { PhoneMessage } from '../../../src/contract.ts';
import type { BodyView, TapButton } from '../model/body.ts';
import type { BubbleActions } from './bubble.tsx';
import { RichText } from './rich-text.tsx';

interface Props {
  view: Extract<BodyView, { kind: 'template' }>;
  message: PhoneMessage;
  actions: BubbleActions;
}

export function TemplateBody({ view, message, actions }: Props) {
  const tap = (button: TapButton): void =>
    void actions.send({ type: 'button', payload: button.id, text: button.title }, message.id);
  return (
    <>
      {view.text ? (
        <RichText text={view.text} />
      ) : (
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
      )}
      {view.buttons.length > 0 ? (
        <div className="taps">
          {view.buttons.map((button) => (
            <button key={button.id} type="button" onClick={() => tap(button)} dir="auto">
              {button.title}
            </button>
          ))}
        </div>
      ) : null}
    </>
  );
}
