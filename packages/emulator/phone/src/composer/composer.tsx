import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { PhonePerson, PhoneSend } from '../../../src/contract.ts';
import { api } from '../api.ts';
import type { ChatWork, Focus } from '../chat/use-chat.ts';
import { Icon } from '../icons.tsx';
import { RichLine } from '../chat/rich-text.tsx';
import { toPreview } from '../model/preview.ts';
import { AttachMenu } from './attach-menu.tsx';
import { EmojiMenu } from './emoji-menu.tsx';
import { VoiceButton } from './voice-button.tsx';

export function Composer({ person, chat }: { person: PhonePerson; chat: ChatWork }) {
  const { focus, clearFocus, text, setText, send, attempt, setError } = chat;
  const [recording, setRecording] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const quotedId = focus?.kind === 'reply' ? focus.message.id : undefined;

  useEffect(() => {
    if (focus) input.current?.focus();
  }, [focus]);

  const drop = (): void => {
    if (focus?.kind === 'edit') setText('');
    clearFocus();
    input.current?.focus();
  };
  const submit = async (): Promise<void> => {
    const body = text.trim();
    if (body === '') return;
    setText('');
    clearFocus();
    input.current?.focus();
    const editing = focus?.kind === 'edit' ? focus.message : null;
    const taken = editing
      ? await attempt(() => api.edit(person.id, editing.id, body))
      : await send({ type: 'text', text: { body } }, quotedId);
    if (!taken) setText((now) => now || text);
  };
  const sendFile = async (body: PhoneSend['body']): Promise<void> => {
    clearFocus();
    await send(body, quotedId);
  };
  const insert = (emoji: string): void => {
    const { selectionStart: start, selectionEnd: end } = input.current ?? {
      selectionStart: text.length,
      selectionEnd: text.length,
    };
    setText(text.slice(0, start) + emoji + text.slice(end));
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void submit();
    }
    if (event.key === 'Escape' && focus) drop();
  };

  return (
    <div className="composer">
      {focus ? <FocusBanner focus={focus} drop={drop} /> : null}
      <div className="composer-row">
        {recording ? null : (
          <>
            <AttachMenu send={sendFile} setError={setError} />
            <div className="composer-field">
              <textarea
                ref={input}
                value={text}
                onChange={(event) => setText(event.target.value)}
                onKeyDown={onKeyDown}
                rows={Math.min(5, text.split('\n').length)}
                placeholder="Message"
                aria-label="Message"
                dir="auto"
                maxLength={4096}
              />
              <EmojiMenu insert={insert} />
            </div>
          </>
        )}
        {text.trim() === '' && focus?.kind !== 'edit' ? (
          <VoiceButton send={sendFile} recording={recording} setRecording={setRecording} setError={setError} />
        ) : (
          <button
            type="button"
            onClick={() => void submit()}
            className="round-button"
            aria-label={focus?.kind === 'edit' ? 'Save' : 'Send'}
          >
            <Icon name={focus?.kind === 'edit' ? 'check' : 'send'} />
          </button>
        )}
      </div>
    </div>
  );
}

function FocusBanner({ focus, drop }: { focus: Focus; drop: () => void }) {
  const replying = focus.message.direction === 'out' ? 'Replying to yourself' : 'Replying to the business';
  return (
    <div className="focus-banner">
      <p>
        <strong>{focus.kind === 'edit' ? 'Editing your message' : replying}</strong>
        <span dir="auto">
          <RichLine text={toPreview(focus.message)} />
        </span>
      </p>
      <button
        type="button"
        className="icon-button"
        onClick={drop}
        aria-label={focus.kind === 'edit' ? 'Stop editing' : 'Do not reply to it'}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
