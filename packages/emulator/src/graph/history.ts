import type { SendRecord, World } from '../world.ts';
import { badParam, ok, refused, unknownNode } from './answer.ts';
import { textOf } from './params.ts';
import type { Route } from './route.ts';
import { toPage } from './page.ts';

/** History entries get their id when first asked for. */
export interface HistoryDeps {
  readonly world: World;
  readonly entries: Map<string, string>;
  readonly newId: () => string;
}

/** What became of a sent message, for who missed its statuses. */
export const historyRoutes = (deps: HistoryDeps): readonly Route[] => [
  {
    method: 'GET',
    path: '{phone}/message_history',
    run: ({ nodeId, params }) => {
      const messageId = textOf(params, 'message_id');
      if (messageId === undefined) return refused(badParam('The parameter message_id is required.'));
      const record = deps.world.sends.get(messageId);
      if (record === undefined || record.numberId !== nodeId) return ok({ data: [] });
      return ok(toPage([{ id: entryIdOf(deps, record), message_id: record.id }], params));
    },
  },
  {
    method: 'GET',
    path: '{entry}/events',
    run: ({ nodeId, params, method }) => {
      const record = deps.world.sends.get(deps.entries.get(nodeId) ?? '');
      if (record === undefined) return refused(unknownNode(nodeId, method));
      return ok(toPage(toEvents(record, nodeId, deps.world.appId), params));
    },
  },
];

function entryIdOf(deps: HistoryDeps, record: SendRecord): string {
  for (const [entryId, messageId] of deps.entries) if (messageId === record.id) return entryId;
  const entryId = deps.newId();
  deps.entries.set(entryId, record.id);
  return entryId;
}

function toEvents(record: SendRecord, entryId: string, appId: string): unknown[] {
  return record.history.map(({ status, at }, position) => ({
    cursor: Buffer.from(String(position)).toString('base64'),
    node: {
      id: `${entryId}${position}`,
      delivery_status: status.toUpperCase(),
      occurrence_timestamp: Math.floor(at / 1_000),
      status_timestamp: Math.floor(at / 1_000),
      application: { id: appId, name: 'Emulated app' },
    },
  }));
}
