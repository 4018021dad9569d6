import type { GraphAnswer } from './answer.ts';
import type { Params, UploadedFile } from './params.ts';

export type NodeKind = 'phone' | 'waba' | 'app' | 'media' | 'template' | 'entry' | 'upload';

/** One call to one endpoint. */
export interface GraphCall {
  readonly method: string;
  /** Id of the node in the path; empty for paths without one. */
  readonly nodeId: string;
  /** Query and body together; the body wins. */
  readonly params: Params;
  readonly file: UploadedFile | null;
  /** The body as it came, and the header `file_offset`: for uploads in parts. */
  readonly body: Buffer;
  readonly fileOffset: number;
  readonly token: string;
  /** Scheme and host as the client wrote them, for addresses in answers. */
  readonly base: string;
}

/** A row of the route table. `path` is `{kind}`, `{kind}/edge` or a plain word. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly run: (call: GraphCall) => GraphAnswer | Promise<GraphAnswer>;
}
