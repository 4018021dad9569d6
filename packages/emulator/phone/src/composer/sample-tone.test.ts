import { expect, test } from 'vitest';
import { makeSampleTone } from './sample-tone.ts';

test('the sample tone is a complete WAV file that is not silent', () => {
  const bytes = makeSampleTone(1);
  const view = new DataView(bytes.buffer);
  expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe('RIFF');
  expect(view.getUint32(4, true)).toBe(bytes.length - 8);
  expect(view.getUint32(40, true)).toBe(32_000);
  expect(Math.max(...new Int16Array(bytes.buffer, 44))).toBeGreaterThan(5_000);
});
