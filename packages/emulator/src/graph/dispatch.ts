import type { World } from '../world.ts';
import { type GraphAnswer, refused, unknownNode } from './answer.ts';
import type { NodeKind, Route } from './route.ts';

export interface PathMatch {
  readonly route: Route;
  readonly nodeId: string;
}

/** Which ids exist, by kind of node. */
export type HasNode = (kind: NodeKind, id: string) => boolean;

export function makeHasNode(
  world: World,
  { entries, uploads }: { entries: ReadonlyMap<string, string>; uploads: ReadonlyMap<string, unknown> },
): HasNode {
  const has: Record<NodeKind, (id: string) => boolean> = {
    phone: (id) => world.numbers.has(id),
    waba: (id) => id === world.wabaId,
    // The word stands for the app that the token belongs to.
    app: (id) => id === world.appId || id === 'app',
    media: (id) => world.media.has(id),
    template: (id) => world.templates.get(id) !== undefined,
    entry: (id) => entries.has(id),
    upload: (id) => uploads.has(id),
  };
  return (kind, id) => has[kind](id);
}

/** Path segments without slashes at the ends and without a version (`v26.0`), which may be missing. */
export function toSegments(pathname: string): string[] {
  const segments = pathname
    .replaceAll(/%3a/gi, ':')
    .split('/')
    .filter((segment) => segment !== '');
  return /^v\d+\.\d+$/.test(segments[0] ?? '') ? segments.slice(1) : segments;
}

/** `/upload:…`: an upload in parts. */
export const isUpload = (pathname: string): boolean => toSegments(pathname)[0]?.startsWith('upload:') === true;

/** The row that answers this path, or Meta's refusal. */
export function findRoute(
  routes: readonly Route[],
  hasNode: HasNode,
  call: { method: string; pathname: string },
): PathMatch | GraphAnswer {
  const segments = toSegments(call.pathname);
  const nodeId = segments[0] ?? '';
  const shaped = routes.filter((route) => isShaped(route.path, segments));
  const existing = shaped.filter((route) => isThere(route.path, nodeId, hasNode));
  const route = existing.find((each) => each.method === call.method);
  if (route !== undefined) return { route, nodeId };
  if (shaped.length > 0) return refused(unknownNode(nodeId, call.method));
  const path = `/${segments.slice(1).join('/')}`;
  return refused({ code: 2500, message: `Unknown path components: ${path}`, details: path });
}

function isShaped(path: string, segments: readonly string[]): boolean {
  const parts = path.split('/');
  return parts.length === segments.length && parts.every((part, at) => part.startsWith('{') || part === segments[at]);
}

function isThere(path: string, nodeId: string, hasNode: HasNode): boolean {
  const kind = /^\{(\w+)\}/.exec(path)?.[1];
  return kind === undefined || hasNode(kind as NodeKind, nodeId);
}
