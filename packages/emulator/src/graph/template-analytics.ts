import { isRecord, toText } from '../json.ts';
import type { DeliveryStatus, SendRecord, World } from '../world.ts';
import type { Bucket } from './time-buckets.ts';

/** US dollars a delivered message; Meta's cards differ by country, these do not. */
const rates: Readonly<Record<string, number>> = { marketing: 0.025, utility: 0.004, authentication: 0.0135 };

export function toCost(records: readonly SendRecord[]): number {
  const sum = records.reduce(
    (total, { pricing }) => total + (pricing.billable ? (rates[pricing.category] ?? 0) : 0),
    0,
  );
  return Math.round(sum * 1e6) / 1e6;
}

/** What became of one template's messages in a bucket; each is counted by the day it was sent. */
export function toTemplatePoints(world: World, templateId: string, bucket: Bucket): Record<string, unknown> {
  const records = [...world.sends.values()].filter(
    (record) => record.templateId === templateId && isSentIn(record, bucket),
  );
  const having = (status: DeliveryStatus): SendRecord[] =>
    records.filter(({ history }) => history.some((entry) => entry.status === status));
  const delivered = having('delivered');
  const spent = toCost(delivered);
  const each = delivered.length === 0 ? 0 : Math.round((spent / delivered.length) * 1e6) / 1e6;
  return {
    template_id: templateId,
    ...bucket,
    sent: records.length,
    delivered: delivered.length,
    read: having('read').length,
    clicked: toClicks(world, new Set(records.map(({ id }) => id))),
    cost: [
      { type: 'amount_spent', value: spent },
      { type: 'cost_per_delivered', value: each },
    ],
  };
}

const isSentIn = ({ history }: SendRecord, { start, end }: Bucket): boolean =>
  history.some(({ status, at }) => status === 'sent' && at >= start * 1_000 && at < end * 1_000);

/** Taps on quick replies; taps on links stay in the browser. */
function toClicks(world: World, sent: ReadonlySet<string>): unknown[] {
  const counts = new Map<string, number>();
  for (const { quotedId, body } of world.messages.values()) {
    if (body.type !== 'button' || quotedId === undefined || !sent.has(quotedId)) continue;
    const content = isRecord(body.button) ? toText(body.button.text) : '';
    counts.set(content, (counts.get(content) ?? 0) + 1);
  }
  return [...counts].map(([content, count]) => ({ type: 'quick_reply_button', button_content: content, count }));
}
