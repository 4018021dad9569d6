import { useCallback, useRef, useState } from 'react';
import type { PhoneSend } from '../../../src/contract.ts';
import { Icon, type IconName } from '../icons.tsx';
import { useDismiss } from '../use-dismiss.ts';
import { ContactDialog } from './contact-dialog.tsx';
import { toFileBody, toFileProblem, toMediaKind } from './files.ts';
import { LocationDialog } from './location-dialog.tsx';
import { drawSamplePhoto, SAMPLE_NOTE } from './samples.ts';
import { sendSampleVoice } from './voice-button.tsx';

interface Props {
  send: (body: PhoneSend['body']) => Promise<void>;
  setError: (error: string | null) => void;
}

export function AttachMenu({ send, setError }: Props) {
  const [open, setOpen] = useState(false);
  const [dialog, setDialog] = useState<'location' | 'contact' | null>(null);
  const close = useCallback(() => setOpen(false), []);
  const anchor = useDismiss<HTMLDivElement>(open, close);
  const photo = useRef<HTMLInputElement>(null);
  const file = useRef<HTMLInputElement>(null);

  const run = async (work: () => unknown): Promise<void> => {
    setOpen(false);
    try {
      await work();
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    }
  };
  const sendPicked = async (picked: File | undefined, kind: 'media' | 'document'): Promise<void> => {
    if (!picked) return;
    const problem = toFileProblem(picked);
    if (problem) return setError(problem);
    const type = kind === 'document' ? 'document' : toMediaKind(picked.type);
    await send(await toFileBody(picked, type, { filename: picked.name }));
  };

  return (
    <div className="popover-anchor" ref={anchor}>
      <button
        type="button"
        className="icon-button"
        aria-label="Attach"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="plus" />
      </button>
      {open ? (
        <section className="popover attach-menu" aria-label="What to attach">
          <Item
            icon="image"
            label="Sample photo"
            run={() => void run(async () => send(await toFileBody(await drawSamplePhoto(), 'image')))}
          />
          <Item icon="image" label="Photo or video …" run={() => void run(() => photo.current?.click())} />
          <Item icon="mic" label="Sample voice note" run={() => void run(() => sendSampleVoice(send))} />
          <Item icon="file" label="Sample document" run={() => void run(async () => send(await toSampleNote()))} />
          <Item icon="file" label="Document …" run={() => void run(() => file.current?.click())} />
          <Item icon="pin" label="Location …" run={() => void run(() => setDialog('location'))} />
          <Item icon="person" label="Contact …" run={() => void run(() => setDialog('contact'))} />
        </section>
      ) : null}
      <input
        ref={photo}
        type="file"
        accept="image/*,video/*"
        hidden
        aria-label="Photo or video"
        onChange={(event) => void sendPicked(takeFile(event.target), 'media')}
      />
      <input
        ref={file}
        type="file"
        hidden
        aria-label="Document"
        onChange={(event) => void sendPicked(takeFile(event.target), 'document')}
      />
      {dialog === 'location' ? <LocationDialog close={() => setDialog(null)} send={send} /> : null}
      {dialog === 'contact' ? <ContactDialog close={() => setDialog(null)} send={send} /> : null}
    </div>
  );
}

/** Empties the input too, so that the same file can be picked again. */
function takeFile(input: HTMLInputElement): File | undefined {
  const file = input.files?.[0];
  input.value = '';
  return file;
}

function toSampleNote(): Promise<PhoneSend['body']> {
  return toFileBody(new Blob([SAMPLE_NOTE], { type: 'text/plain' }), 'document', { filename: 'order-1042.txt' });
}

function Item({ icon, label, run }: { icon: IconName; label: string; run: () => void }) {
  return (
    <button type="button" onClick={run}>
      <Icon name={icon} />
      {label}
    </button>
  );
}
