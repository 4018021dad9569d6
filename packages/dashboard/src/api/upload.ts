import { post } from './client.ts';
import { ApiProblem, parseProblem } from './problem.ts';
import type { Media } from './types.ts';

export interface UploadRequest {
  file: File;
  /** What it will be sent as. */
  kind: 'image' | 'video' | 'document';
  /** The same file with the same key is stored once. */
  key: string;
  /** 0 to 1, of the bytes on their way. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** `fetch` says nothing of how far an upload is; this does. Rejects with an `ApiProblem`, also when it is called off. */
export function uploadMedia({ file, kind, key, onProgress, signal }: UploadRequest): Promise<Media> {
  const form = new FormData();
  form.append('kind', kind);
  form.append('file', file, file.name);
  const request = new XMLHttpRequest();
  signal.addEventListener('abort', () => request.abort(), { once: true });
  request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
  const answered = new Promise<Media>((resolve, reject) => {
    request.addEventListener('load', () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as Media);
      else reject(new ApiProblem(parseProblem(request.status, request.responseText)));
    });
    request.addEventListener('error', () => reject(new TypeError('the connection broke')));
    request.addEventListener('abort', () => reject(new TypeError('called off')));
  });
  request.open('POST', '/api/v1/media');
  request.setRequestHeader('idempotency-key', key);
  request.send(form);
  return answered;
}

/** Stores a file and gives it to Meta as the example of a template’s header; answers with Meta’s handle. */
export async function uploadSample(request: UploadRequest): Promise<string> {
  const { id } = await uploadMedia(request);
  return (await post<{ handle: string }>('/templates/samples', { mediaId: id })).handle;
}
