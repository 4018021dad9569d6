import { type Database, statement, toJson } from '#kit';

/** A template as messages of one channel name it. */
export interface WantedTemplate {
  readonly channelId: string;
  readonly name: string;
  readonly language: string;
  /** Changes before it do not matter. Unix ms. */
  readonly sinceMs: number;
}

export interface SentTemplateRow {
  /** Its place among those asked for. */
  readonly n: number;
  readonly category: string | null;
  readonly parameterFormat: string | null;
  /** As they are now; null: never read. */
  readonly components: readonly object[] | null;
  /** What the components were until then, oldest first; null: not known. */
  readonly earlier: readonly { readonly untilMs: number; readonly components: readonly object[] | null }[];
}

// More changes than that since a message of one page was sent would take years: Meta allows ten in 30 days.
const MAX_CHANGES = 100;

const FIND = statement(
  'api_sent_templates',
  `select w.n, t.category, t.parameter_format as "parameterFormat", t.components,
     coalesce((select jsonb_agg(jsonb_build_object('untilMs', extract(epoch from h.at) * 1000, 'components', h.from_value) order by h.at, h.id)
               from (select h.at, h.id, h.from_value from template_changes h
                     where h.template = t.id and h.field = 'components' and h.at > to_timestamp(w.since_ms / 1000)
                     order by h.at, h.id limit ${MAX_CHANGES}) h), '[]') as earlier
   from jsonb_to_recordset($2::jsonb) as w(n int, channel_id text, name text, language text, since_ms float8)
   join channels c on c.id = w.channel_id and c.workspace_id = $1
   join templates t on t.workspace_id = $1 and t.account_id = c.account_id and t.name = w.name and t.language = w.language`,
);

/** Any number of templates with one statement; those that are not stored are missing. */
export function listSentTemplates(
  db: Database,
  workspaceId: string,
  wanted: readonly WantedTemplate[],
): Promise<SentTemplateRow[]> {
  const rows = wanted.map(({ channelId, name, language, sinceMs }, n) => ({
    n,
    channel_id: channelId,
    name,
    language,
    since_ms: sinceMs,
  }));
  return db.rows<SentTemplateRow>(FIND, [workspaceId, toJson(rows)]);
}
