import { DOCUMENT_TYPES, HANDLE_TYPES, MEDIA_LIMITS } from '@wharf/whatsapp';
import { expect, test } from 'vitest';
import { MESSAGE_FILES, SAMPLE_FILES } from '../../packages/dashboard/src/model/file-rules.ts';

/** The dashboard says its limits before a file is chosen: they are those of the library and the server. */
test.each(['image', 'video', 'document'] as const)(
  'what the dashboard says of a file as %s is what WhatsApp takes',
  (kind) => {
    const { maxBytes, types } = MESSAGE_FILES[kind];
    const named = kind === 'document' ? DOCUMENT_TYPES : MEDIA_LIMITS[kind].mimeTypes;
    expect({ maxBytes, types }).toEqual({ maxBytes: MEDIA_LIMITS[kind].maxBytes, types: named });
  },
);

test('every type it offers as an example is one that Meta takes as such', () => {
  const offered = Object.values(SAMPLE_FILES).flatMap(({ types }): readonly string[] => types);
  expect(offered.filter((type) => !HANDLE_TYPES.includes(type))).toEqual([]);
});
