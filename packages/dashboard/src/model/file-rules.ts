import { toSize } from './media.ts';

/** What may be chosen for a place in a message: said before, and looked at before anything is uploaded. */
export interface FileRule {
  /** What it is sent as. */
  kind: 'image' | 'video' | 'document';
  types: readonly string[];
  /** The types as people call them. */
  words: string;
  maxBytes: number;
}

const MB = 1 << 20;
const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** WhatsApp's limits for what goes out in a message. */
export const MESSAGE_FILES = {
  image: { kind: 'image', types: ['image/jpeg', 'image/png'], words: 'JPEG or PNG', maxBytes: 5 * MB },
  video: { kind: 'video', types: ['video/mp4', 'video/3gpp'], words: 'MP4 or 3GP', maxBytes: 16 * MB },
  document: {
    kind: 'document',
    types: [
      'text/plain',
      'application/pdf',
      'application/msword',
      'application/vnd.ms-excel',
      'application/vnd.ms-powerpoint',
      `${OFFICE}.wordprocessingml.document`,
      `${OFFICE}.spreadsheetml.sheet`,
      `${OFFICE}.presentationml.presentation`,
    ],
    words: 'PDF, Word, Excel, PowerPoint or plain text',
    maxBytes: 100 * MB,
  },
} as const satisfies Record<FileRule['kind'], FileRule>;

/** Examples of a template’s header, for Meta’s reviewer: fewer types, and smaller. */
export const SAMPLE_FILES = {
  image: MESSAGE_FILES.image,
  video: { kind: 'video', types: ['video/mp4'], words: 'MP4', maxBytes: 16 * MB },
  document: { kind: 'document', types: ['application/pdf'], words: 'PDF', maxBytes: 16 * MB },
} as const satisfies Record<FileRule['kind'], FileRule>;

/** "JPEG or PNG, at most 5 MB". */
export const toRuleWords = ({ words, maxBytes }: FileRule): string => `${words}, at most ${maxBytes / MB} MB`;

interface Chosen {
  type: string;
  size: number;
}

/** Why a file cannot be used there; null: it can, as far as can be seen here. A browser that does not know a type says ''. */
export function checkFile({ type, size }: Chosen, rule: FileRule): string | null {
  if (size === 0) return 'This file is empty.';
  if (size > rule.maxBytes) return `This file has ${toSize(size)}: it may be ${toRuleWords(rule)}.`;
  if (type !== '' && !rule.types.includes(type))
    return `This is another kind of file (${type}): it may be ${rule.words}.`;
  return null;
}
