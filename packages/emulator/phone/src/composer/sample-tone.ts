const RATE = 16_000;
const HEADER_BYTES = 44;

/** Two notes of a harbour bell as a WAV file, for those without a microphone: mono, 16 bit, 16 kHz. */
export function makeSampleTone(seconds = 2): Uint8Array<ArrayBuffer> {
  const samples = Math.round(RATE * seconds);
  const bytes = new Uint8Array(HEADER_BYTES + samples * 2);
  const view = new DataView(bytes.buffer);
  writeHeader(view, samples * 2);
  for (let index = 0; index < samples; index += 1)
    view.setInt16(HEADER_BYTES + index * 2, toSample(index / RATE, seconds), true);
  return bytes;
}

function toSample(time: number, seconds: number): number {
  const half = seconds / 2;
  const [pitch, since] = time < half ? [660, time] : [495, time - half];
  return Math.round(Math.sin(2 * Math.PI * pitch * time) * Math.exp(-4 * since) * 12_000);
}

/** RIFF, format chunk (PCM), data chunk: http://soundfile.sapp.org/doc/WaveFormat/ */
function writeHeader(view: DataView, dataBytes: number): void {
  const words = (at: number, text: string): void => {
    for (let index = 0; index < text.length; index += 1) view.setUint8(at + index, text.charCodeAt(index));
  };
  words(0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  words(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  words(36, 'data');
  view.setUint32(40, dataBytes, true);
}
