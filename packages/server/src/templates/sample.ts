import { type GraphClient, HANDLE_TYPES, type Upload } from '@wharf/whatsapp';
import { type Outcome, refuse, refuseAsMeta } from './outcome.ts';

/** Meta's own word for the app that the access token belongs to. */
const OWN_APP = 'app';

/** What a reviewer looks at need not be larger; Meta takes no larger picture or video in a header. */
const MAX_BYTES = 16 << 20;

export interface SampleRequest {
  readonly workspaceId: string;
  /** Of a file that was uploaded here. */
  readonly mediaId: string;
}

export interface SampleOptions {
  readonly graph: Pick<GraphClient, 'uploadHandle'>;
  readonly readFile: (wanted: {
    readonly workspaceId: string;
    readonly id: string;
    readonly maxBytes: number;
  }) => Promise<Upload | 'too-large' | null>;
}

export type Sampled = Outcome<{ readonly handle: string }>;

const refuseFile = (message: string) =>
  refuse(422, 'media_invalid', `The file ${message}.`, [{ field: 'mediaId', message }]);

/** Gives Meta a file as the example of a template's header; each handle is good for one template. */
export async function uploadSample({ graph, readFile }: SampleOptions, request: SampleRequest): Promise<Sampled> {
  const { workspaceId, mediaId } = request;
  const file = await readFile({ workspaceId, id: mediaId, maxBytes: MAX_BYTES });
  if (file === null)
    return refuse(404, 'media_unknown', 'There is no such file. Upload it with POST /api/v1/media first.');
  if (file === 'too-large') return refuseFile(`is larger than ${MAX_BYTES >> 20} MB: choose a smaller example`);
  if (!HANDLE_TYPES.includes(file.mimeType))
    return refuseFile(`is ${file.mimeType}: choose a JPEG or PNG picture, an MP4 video or a PDF as the example`);
  const outcome = await graph.uploadHandle(OWN_APP, file);
  return outcome.kind === 'ok' ? { ok: true, replayed: false, handle: outcome.value.handle } : refuseAsMeta(outcome);
}
