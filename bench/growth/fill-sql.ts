/** What the fill is made of; see `fill.ts` for what it looks like. Blocks are ten messages and the 28 events about them. */
export interface Extent {
  readonly blocks: number;
  readonly people: number;
  readonly numbers: number;
  readonly days: number;
  /** The last segment that was there before. */
  readonly segment: number;
}

/** Days of one table are filled by two connections at once; each statement takes the blocks from $1 up to $2. */
export interface Part {
  readonly name: string;
  readonly sql: string;
}

const EVENTS_OF_BLOCK = 28;
const EVENTS_OF_SEGMENT = 100;

export const toSegments = ({ blocks }: Extent): number => Math.ceil((blocks * EVENTS_OF_BLOCK) / EVENTS_OF_SEGMENT);

const TEXT =
  'thank you, can you tell me when the order leaves and whether the blue one is still there? Straße 12, família Müller, mañana por la mañana, não antes das nove. ';

/** Functions the statements share, and who is written to: `first_at` and `step` lay the blocks evenly over the days until now. */
export const toPrelude = ({ blocks, people, numbers, days }: Extent): string => `
  create schema bench;
  create function bench.block_at(block bigint) returns timestamptz language sql stable as
    $$ select date_trunc('day', now()) - interval '${days} days' + block * ${(days * 86_400) / blocks}::float8 * interval '1 second' $$;
  -- Ten characters that sort as the times do, and before those of every id that Wharf makes now.
  create function bench.time_part(at timestamptz) returns text language sql stable as
    $$ select '00' || to_hex(extract(epoch from at)::bigint) $$;
  create function bench.position(n bigint, first bigint) returns bigint language sql immutable as
    $$ select (first + 1 + n / ${EVENTS_OF_SEGMENT}) * 100000 + n % ${EVENTS_OF_SEGMENT} $$;
  create function bench.wamid(n bigint) returns text language sql immutable as
    $$ select 'wamid.HBgM' || replace(encode(convert_to(substr(md5(n::text), 1, 27), 'UTF8'), 'base64'), E'\\n', '') $$;
  create function bench.words(n bigint, most int) returns text language sql immutable as
    $$ select substr(repeat(${"'" + TEXT + "'"}, 5), (n % 97)::int + 1, 20 + (n * 31 % most)::int) $$;
  create unlogged table bench.people as
    select g, n, bench.time_part(now() - interval '${days} days') || substr(md5(g || '-' || n), 1, 16) as id,
      '5511' || g || lpad(n::text, 7, '0') as phone, 'BR.' || g || '90' || lpad(n::text, 7, '0') as bsuid, c.id as channel_id, c.external_id as number
    from generate_series(1, 2) g, generate_series(0, ${people} - 1) n
    join (select id, external_id, row_number() over (order by external_id) - 1 as place from channels) c on c.place = n % ${numbers};
  alter table bench.people add primary key (g, n);
  analyze bench.people`;

export const PEOPLE: readonly string[] = [
  `insert into contacts (id, workspace_id, name, created_at)
   select 'con_' || id, 'main', 'Person ' || n, now() - interval '30 days' from bench.people`,
  `insert into identities (workspace_id, kind, value, contact_id, seen_at)
   select 'main', k, case k when 'bsuid' then bsuid else phone end, 'con_' || id, now() - interval '30 days'
   from bench.people, unnest(array['bsuid', 'phone']) k`,
  `insert into conversations (id, workspace_id, channel_id, contact_id, lane, address, last_inbound_at, last_message_at, created_at)
   select 'cnv_' || id, 'main', channel_id, 'con_' || id, bsuid, jsonb_build_object('to', phone),
     case g when 1 then now() - interval '2 days' end, now() - interval '1 day', now() - interval '30 days'
   from bench.people`,
];

/** Of ten: three come in, three answer them, four were written on the phone. */
const messages = ({ people, segment }: Extent): string => `
  insert into messages (id, workspace_id, channel_id, conversation_id, contact_id, direction, origin, type, preview, body, whatsapp_id,
    at, state, rank, policy, pricing, sent_at, delivered_at, read_at, trail, position, reaction, class, expires_at, created_at)
  select 'msg_' || bench.time_part(at) || substr(md5('m' || i), 1, 16), 'main', p.channel_id, 'cnv_' || p.id, 'con_' || p.id,
    case when k < 3 then 'in' else 'out' end, case when k < 3 then 'customer' when k < 6 then 'handler' else 'phone_app' end, 'text',
    left(words, 200), case when k between 3 and 5 then jsonb_build_object('type', 'text', 'text', jsonb_build_object('body', words))
      else jsonb_build_object('type', 'text', 'body', words) end,
    bench.wamid(i), at, case when k < 3 then 'received' else 'read' end, case when k < 3 then 0 else 5 end,
    case when k between 3 and 5 then '{"until": null, "reasons": [{"rule": "window", "text": "The service window is open for 23 h 59 min", "effect": "allow"}], "verdict": "allow"}'::jsonb end,
    case when k > 2 then '{"type": "regular", "model": "PMP", "billable": true, "category": "marketing"}'::jsonb end,
    case when k > 2 then at + interval '1 s' end, case when k > 2 then at + interval '2 s' end, case when k > 2 then at + interval '60 s' end,
    case when k < 3 then '[]'::jsonb else (select jsonb_agg(jsonb_build_object('at', at, 'step', 'status', 'status', s, 'position', bench.position(b * 28 + 7 + k, ${segment})))
      from unnest(array['sent', 'delivered', 'read']) s) end,
    bench.position(b * 28 + case when k < 3 then k else k - 3 end, ${segment}), case when k between 3 and 5 then 'handlers' end,
    case when k between 3 and 5 then 0 end, case when k between 3 and 5 then at + interval '1 day' end, at
  from generate_series($1::bigint, $2::bigint - 1) b cross join generate_series(0, 9) k
    cross join lateral (select b * 10 + k as i, bench.block_at(b) + k * interval '1 millisecond' as at, bench.words(b * 10 + k, case when k < 3 then 400 else 80 end) as words) m
    join bench.people p on p.g = case when k < 6 then 1 else 2 end and p.n = (b * 3 + case when k < 6 then k % 3 else k end) * 7919 % ${people}`;

/** Seven messages, and three statuses for each of the seven that went out. */
const events = ({ people, segment }: Extent): string => `
  insert into events (received_at, position, workspace_id, delivery, provider, channel, lane, event_id, kind, pointer)
  select bench.block_at((b * 28 + j) / 100 * 100 / 28), bench.position(b * 28 + j, ${segment}), 'main', ((b * 28 + j) % 100)::int, 'meta', p.number, p.bsuid,
    case when j < 7 then 'e:meta:' || p.number || ':' || bench.wamid(b * 10 + k)
      else 's:meta:' || p.number || ':' || bench.wamid(b * 10 + k) || ':' || (array['sent', 'delivered', 'read'])[(j - 7) % 3 + 1] || ':' || extract(epoch from bench.block_at(b))::bigint end,
    case when j < 3 then 'message.received' when j < 7 then 'message.echo' else 'message.status' end, '/entry/0/changes/0/value/statuses/0'
  from generate_series($1::bigint, $2::bigint - 1) b cross join generate_series(0, 27) j
    cross join lateral (select case when j < 3 then j when j < 7 then j + 3 else 3 + (j - 7) / 3 end as k) e
    join bench.people p on p.g = case when k < 6 then 1 else 2 end and p.n = (b * 3 + case when k < 6 then k % 3 else k end) * 7919 % ${people}`;

const runs = ({ segment }: Extent): string => `
  insert into reaction_runs (position, reaction, workspace_id, state, attempts, took_ms, at)
  select bench.position(b * 28 + k, ${segment}), 'handlers', 'main', 'done', 1, 1, bench.block_at(b)
  from generate_series($1::bigint, $2::bigint - 1) b cross join generate_series(0, 2) k`;

const attempts = ({ people }: Extent): string => `
  insert into attempts (message_id, attempt, workspace_id, started_at, finished_at, outcome, channel_id, lane)
  select 'msg_' || bench.time_part(at) || substr(md5('m' || b * 10 + k), 1, 16), 1, 'main', at, at, 'accepted', p.channel_id, 'cnv_' || p.id
  from generate_series($1::bigint, $2::bigint - 1) b cross join generate_series(3, 5) k
    cross join lateral (select bench.block_at(b) + k * interval '1 millisecond' as at) m
    join bench.people p on p.g = 1 and p.n = (b * 3 + k % 3) * 7919 % ${people}`;

/** Webhook bytes do not compress twice: 6 kB for a hundred events is what zstd leaves of them. */
const segments = ({ segment }: Extent): string => `
  insert into segments (received_at, position, workspace_id, bytes, content)
  select bench.block_at(s * 100 / 28), ${segment} + 1 + s, 'main', 160000, decode(repeat(md5(s::text), 375), 'hex')
  from generate_series($1::bigint * 28 / 100, $2::bigint * 28 / 100 - 1) s`;

export const toParts = (extent: Extent): Part[] => [
  { name: 'messages', sql: messages(extent) },
  { name: 'events', sql: events(extent) },
  { name: 'reaction_runs', sql: runs(extent) },
  { name: 'attempts', sql: attempts(extent) },
  { name: 'segments', sql: segments(extent) },
];

/** Meta repeats a delivery for seven days, so marks are kept for eight. */
export const MARKS = `
  insert into event_marks (mark, workspace_id, position, seen_at)
  select md5('main' || event_id)::uuid, 'main', position, received_at from events where received_at > now() - interval '8 days' on conflict do nothing`;

/** The journal goes on after what was filled in, and all of that is worked off. */
export const toEnd = (extent: Extent): string => `
  select setval('journal_position', ${extent.segment + toSegments(extent) + 1});
  update leases set cursor = ${extent.segment + toSegments(extent) + 1} where name like 'shard/%';
  drop schema bench cascade`;
