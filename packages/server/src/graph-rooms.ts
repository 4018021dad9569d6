import type { Directory } from '#channels';
import {
  type GraphApi,
  type GraphChannel,
  type GraphFile,
  type GraphMedia,
  makeGraphApi,
  type ReadMark,
  type Taken,
} from '#graph-api';
import { type Clock, type Database, type Log, makeId, statement, toTimePart } from '#kit';
import { CLASS, enqueue } from '#outbox';
import type { MediaDesk } from './media-house.ts';
import { submit, type SubmitOptions, type Submitted } from './submit.ts';

export interface GraphRoomsOptions {
  readonly commands: SubmitOptions;
  readonly clock: Clock;
  readonly log: Log;
  readonly directory: Directory;
  readonly waitMs: number;
  readonly isReady: () => boolean;
  readonly media: Pick<MediaDesk, 'sign' | 'upload' | 'remove'>;
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

const COLUMNS = `id, state, coalesce(sniffed_type, mime_type) as type, coalesce(content_sha256, sha256) as sha256,
  coalesce(stored_bytes, size_bytes)::bigint as "sizeBytes"`;

const FILE = statement('graph_file', `select ${COLUMNS} from media where workspace_id = $1 and id = $2`);

// Meta's ids live 30 days, and ours sort by time.
export const SENT_FILE = statement(
  'graph_sent_file',
  `select ${COLUMNS} from media where workspace_id = $1 and provider_id = $2 and id > $3 order by id desc limit 1`,
);
const SENT_MS = 30 * 86_400_000;

async function findFile(
  db: Database,
  of: { workspaceId: string; id: string },
  nowMs: number,
): Promise<GraphFile | null> {
  const { workspaceId, id } = of;
  const since = `med_${toTimePart(nowMs - SENT_MS)}`;
  const rows = id.startsWith('med_')
    ? await db.rows<GraphFile>(FILE, [workspaceId, id])
    : /^[\w-]{1,100}$/.test(id)
      ? await db.rows<GraphFile>(SENT_FILE, [workspaceId, id, since])
      : [];
  return rows[0] ?? null;
}

const toMedia = ({ media, commands: { db }, clock }: GraphRoomsOptions): GraphMedia => ({
  find: (workspaceId, id) => findFile(db, { workspaceId, id }, clock.now()),
  sign: (id) => media.sign(id, 'file').path,
  upload: (upload) => media.upload({ ...upload, kind: null, isVoice: false }),
  remove: (workspaceId, id) => media.remove(workspaceId, id),
});

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
    media: toMedia(options),
  });
}
