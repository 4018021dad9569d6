import { useEffect, useRef, useState } from 'react';
import type { PhoneSend } from '../../../src/contract.ts';
import { Icon } from '../icons.tsx';
import { toFileBody } from './files.ts';
import { type Recording, startRecording } from './recording.ts';
import { makeSampleTone } from './sample-tone.ts';

interface Props {
  send: (body: PhoneSend['body']) => Promise<void>;
  recording: boolean;
  setRecording: (on: boolean) => void;
  setError: (error: string | null) => void;
}

/** Records a voice note; without a microphone, or without leave to use it, sends a sample tone and says so. */
export function VoiceButton({ send, recording, setRecording, setError }: Props) {
  const current = useRef<Recording | null>(null);
  useEffect(() => () => current.current?.cancel(), []);

  const start = async (): Promise<void> => {
    current.current = await startRecording();
    if (current.current) return setRecording(true);
    await sendSampleVoice(send);
    setError('No microphone here, so a sample tone was sent.');
  };
  const finish = async (keep: boolean): Promise<void> => {
    const done = current.current;
    current.current = null;
    setRecording(false);
    if (!keep) return done?.cancel();
    const blob = await done?.finish();
    if (blob) await send(await toFileBody(blob, 'audio', { voice: true }));
  };

  if (!recording) {
    return (
      <button type="button" className="round-button" aria-label="Record a voice note" onClick={() => void start()}>
        <Icon name="mic" />
      </button>
    );
  }
  return (
    <div className="recording">
      <button
        type="button"
        className="icon-button"
        aria-label="Discard the recording"
        onClick={() => void finish(false)}
      >
        <Icon name="close" />
      </button>
      <Elapsed />
      <button type="button" className="round-button" aria-label="Send the voice note" onClick={() => void finish(true)}>
        <Icon name="send" />
      </button>
    </div>
  );
}

export async function sendSampleVoice(send: Props['send']): Promise<void> {
  const blob = new Blob([makeSampleTone()], { type: 'audio/wav' });
  await send(await toFileBody(blob, 'audio', { voice: true }));
}

function Elapsed() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((now) => now + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const shown = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <p className="recording-time">
      <span aria-hidden="true" /> Recording {shown}
    </p>
  );
}
