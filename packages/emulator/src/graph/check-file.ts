import { badParam, type Refusal } from './answer.ts';
import type { UploadedFile } from './params.ts';
import { isAnimatedWebp, ole, sniffType, zip } from './sniff.ts';

const megabyte = 1024 * 1024;
const kilobyte = 1024;
const office = 'application/vnd.openxmlformats-officedocument.';

/** Declared types Meta takes, what their bytes may turn out to be, and how large they may be. */
const types: Readonly<Record<string, { readonly is: readonly string[]; readonly max: number }>> = {
  'audio/aac': { is: ['audio/aac'], max: 16 * megabyte },
  'audio/amr': { is: ['audio/amr'], max: 16 * megabyte },
  'audio/mpeg': { is: ['audio/mpeg'], max: 16 * megabyte },
  'audio/mp4': { is: ['audio/mp4', 'video/mp4'], max: 16 * megabyte },
  'audio/ogg': { is: ['audio/ogg'], max: 16 * megabyte },
  'image/jpeg': { is: ['image/jpeg'], max: 5 * megabyte },
  'image/png': { is: ['image/png'], max: 5 * megabyte },
  'image/webp': { is: ['image/webp'], max: 500 * kilobyte },
  'video/mp4': { is: ['video/mp4'], max: 16 * megabyte },
  'video/3gpp': { is: ['video/3gpp'], max: 16 * megabyte },
  'text/plain': { is: ['text/plain'], max: 100 * megabyte },
  'application/pdf': { is: ['application/pdf'], max: 100 * megabyte },
  'application/msword': { is: [ole], max: 100 * megabyte },
  'application/vnd.ms-excel': { is: [ole], max: 100 * megabyte },
  'application/vnd.ms-powerpoint': { is: [ole], max: 100 * megabyte },
  [`${office}wordprocessingml.document`]: { is: [zip], max: 100 * megabyte },
  [`${office}presentationml.presentation`]: { is: [zip], max: 100 * megabyte },
  [`${office}spreadsheetml.sheet`]: { is: [zip], max: 100 * megabyte },
};

/** A sticker that does not move. */
const maxStill = 100 * kilobyte;

/** `audio/ogg; codecs=opus` → `audio/ogg`. */
export const toPlainType = (mimeType: string): string => mimeType.split(';')[0]?.trim().toLowerCase() ?? '';

/** What Meta refuses about an uploaded file, or null: its declared type, its bytes, its size. */
export function checkFile(declared: string, { bytes }: Pick<UploadedFile, 'bytes'>): Refusal | null {
  const rule = Object.hasOwn(types, declared) ? types[declared] : undefined;
  if (rule === undefined) return wrongType(declared);
  if (bytes.length === 0) return badParam('Param file is empty.');
  const max = declared === 'image/webp' && !isAnimatedWebp(bytes) ? maxStill : rule.max;
  if (bytes.length > max) return { code: 131053, details: `The file has more than ${max} bytes.` };
  const actual = sniffType(bytes);
  return rule.is.includes(actual) ? null : wrongType(actual);
}

function wrongType(actual: string): Refusal {
  const known = Object.keys(types).join(', ');
  return badParam(
    `Param file must be a file with one of the following types: ${known}. Received file of type '${actual}'.`,
  );
}
