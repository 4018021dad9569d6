import type { Directory } from '#channels';
import { type GraphApi, type GraphChannel, makeGraphApi, type ReadMark, type Taken } from '#graph-api';
import { type Clock, type Log, makeId, statement } from '#kit';
import { CLASS, enqueue } from '#outbox';
import { submit, type SubmitOptions, type Submitted } from './submit.ts';

export interface GraphRoomsOptions {
  readonly commands: SubmitOptions;
  readonly clock: Clock;
  readonly log: Log;
  readonly directory: Directory;
  readonly waitMs: number;
  readonly isReady: () => boolean;
  readonly authenticate: (headers: {
    readonly authorization: string;
  }) => Promise<{ readonly workspaceId: string } | null>;
}

/** A number that was connected by another process, or seen there first, is in the tables only. */
async function findChannel(directory: Directory, workspaceId: string, numberId: string): Promise<GraphChannel | null> {
  const look = () =>
    directory.list().find((one) => one.workspaceId === workspaceId && one.externalId === numberId) ?? null;
  const known = look();
  if (known) return known;
  await directory.refresh();
  return look();
}

function toTaken(submitted: Submitted): Taken {
  if (!submitted.ok) return submitted;
  const verdict = submitted.judged?.verdict;
  return { ok: true, id: submitted.id, deferred: verdict?.verdict === 'defer' ? { until: verdict.until } : null };
}

const THREAD = statement(
  'graph_thread',
  `select c.lane, c.address, c.owner from messages m join conversations c on c.id = m.conversation_id
   where m.channel_id = $1 and m.whatsapp_id = $2`,
);

interface Thread {
  readonly lane: string;
  readonly address: object;
  readonly owner: string;
}

/** A message that was never seen here is Meta's to judge: it may have come before this number did. */
const STRANGER = { address: {}, owner: 'bot' };

async function markRead({ db, clock, wakeSenders }: SubmitOptions, mark: ReadMark): Promise<'queued' | 'standby'> {
  const { channel, messageId, typing } = mark;
  const outcome = await db.transaction(async (tx) => {
    const [known] = await tx.rows<Thread>(THREAD, [channel.id, messageId]);
    const thread = known ?? { ...STRANGER, lane: messageId };
    if (thread.owner === 'other_app') return 'standby';
    const nowMs = clock.now();
    const { lane, address } = thread;
    const place = { workspaceId: channel.workspaceId, channelId: channel.id, lane, address, class: CLASS.reply };
    await enqueue(tx, [{ ...place, kind: 'read', id: makeId('rdm', nowMs), messageId, typing }], nowMs);
    return 'queued';
  });
  if (outcome === 'queued') wakeSenders([channel.id]);
  return outcome;
}

/** Meta's send API over the outbox of this installation. */
export function makeGraphRooms(options: GraphRoomsOptions): GraphApi {
  const { commands, directory, authenticate, clock, log, waitMs, isReady } = options;
  return makeGraphApi({
    clock,
    log,
    waitMs,
    isReady,
    db: commands.db,
    authenticate: (key) => authenticate({ authorization: `Bearer ${key}` }),
    findChannel: (workspaceId, numberId) => findChannel(directory, workspaceId, numberId),
    submit: async (request) => toTaken(await submit(commands, { ...request, origin: 'graph' })),
    markRead: (mark) => markRead(commands, mark),
  });
}
