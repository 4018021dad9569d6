export interface Recording {
  finish(): Promise<Blob>;
  cancel(): void;
}

/** What WhatsApp itself uses first; Chromium records no Ogg, so MP4 and WebM follow. */
const TYPES = ['audio/ogg;codecs=opus', 'audio/mp4', 'audio/webm;codecs=opus'];

/** Null when there is no microphone or no leave to use it. */
export async function startRecording(): Promise<Recording | null> {
  const stream = await openMicrophone();
  if (!stream) return null;
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', (event) => parts.push(event.data));
  recorder.start();
  const release = (): void => stream.getTracks().forEach((track) => track.stop());
  return {
    finish: () =>
      new Promise((resolve) => {
        recorder.addEventListener('stop', () => {
          release();
          resolve(new Blob(parts, { type: recorder.mimeType }));
        });
        recorder.stop();
      }),
    cancel: release,
  };
}

async function openMicrophone(): Promise<MediaStream | null> {
  if (!('mediaDevices' in navigator) || !('MediaRecorder' in window)) return null;
  return navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
}
