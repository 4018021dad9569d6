import type { SendRecord, World } from '../world.ts';
import { badParam, type GraphAnswer, ok, refused } from './answer.ts';
import { parseFieldCalls } from './field-calls.ts';
import { type Params, textOf } from './params.ts';
import type { GraphCall, Route } from './route.ts';
import { type Bucket, isGrain, toBuckets } from './time-buckets.ts';
import { toCost, toTemplatePoints } from './template-analytics.ts';

export interface AnalyticsDeps {
  readonly world: World;
  /** `POST /WABA?is_enabled_for_insights=true` was called: without it no template analytics. */
  readonly insights: { enabled: boolean };
}

export const analyticsRoutes = (deps: AnalyticsDeps): readonly Route[] => [
  { method: 'GET', path: '{waba}/template_analytics', run: (call) => describeTemplates(deps, call) },
  { method: 'POST', path: '{waba}', run: (call) => enable(deps, call) },
];

function enable({ world, insights }: AnalyticsDeps, { params }: GraphCall): GraphAnswer {
  if (String(params.is_enabled_for_insights) !== 'true')
    return refused(badParam('The parameter is_enabled_for_insights is required.'));
  insights.enabled = true;
  return ok({ id: world.wabaId });
}

/** The analytics fields of the account that `fields` asks for, over what really happened. */
export function toAnalytics(world: World, params: Params): Params {
  const calls = parseFieldCalls(textOf(params, 'fields') ?? '');
  const found: Record<string, unknown> = {};
  const messages = calls.get('analytics');
  const pricing = calls.get('pricing_analytics');
  if (messages !== undefined) found.analytics = toMessageCounts(world, messages);
  if (pricing !== undefined) found.pricing_analytics = { data: [{ data_points: toPricePoints(world, pricing) }] };
  return found;
}

type Args = ReadonlyMap<string, string>;

const listOf = (args: Args, name: string): string[] =>
  (args.get(name) ?? '')
    .replaceAll(/[[\]"'\s]/g, '')
    .split(',')
    .filter((each) => each !== '');

function toRange(args: Args): Bucket[] {
  const grain = (args.get('granularity') ?? 'DAY').toUpperCase();
  return toBuckets(Number(args.get('start')), Number(args.get('end')), isGrain(grain) ? grain : 'DAY');
}

const atOf = ({ history }: SendRecord, status: string): number | undefined =>
  history.find((entry) => entry.status === status)?.at;

const isIn = ({ start, end }: Bucket, at: number | undefined): boolean =>
  at !== undefined && at >= start * 1_000 && at < end * 1_000;

/** Templates are product 0, answers in the service window 2. */
const productOf = (record: SendRecord): string => (record.templateId === undefined ? '2' : '0');
const countryOf = (world: World, { personId }: SendRecord): string =>
  world.people.get(personId ?? '')?.bsuid.slice(0, 2) ?? 'UNKNOWN';

function toMessageCounts(world: World, args: Args): unknown {
  const [phones, products, countries] = [
    listOf(args, 'phone_numbers'),
    listOf(args, 'product_types'),
    listOf(args, 'country_codes'),
  ];
  const isWanted = (list: readonly string[], value: string): boolean => list.length === 0 || list.includes(value);
  const records = [...world.sends.values()].filter(
    (record) =>
      isWanted(phones, phoneOf(world, record)) &&
      isWanted(products, productOf(record)) &&
      isWanted(countries, countryOf(world, record)),
  );
  const count = (bucket: Bucket, status: string): number =>
    records.filter((record) => isIn(bucket, atOf(record, status))).length;
  return {
    phone_numbers: phones.length > 0 ? phones : [...world.numbers.values()].map((each) => each.displayPhoneNumber),
    granularity: args.get('granularity') ?? 'DAY',
    data_points: toRange(args).map((bucket) => ({
      ...bucket,
      sent: count(bucket, 'sent'),
      delivered: count(bucket, 'delivered'),
    })),
  };
}

const phoneOf = (world: World, { numberId }: SendRecord): string =>
  world.numbers.get(numberId)?.displayPhoneNumber ?? '';

const dimensions: Readonly<Record<string, (world: World, record: SendRecord) => Record<string, string>>> = {
  PRICING_CATEGORY: (_, { pricing }) => ({ pricing_category: pricing.category.toUpperCase() }),
  PRICING_TYPE: (_, { pricing }) => ({ pricing_type: pricing.type.toUpperCase() }),
  COUNTRY: (world, record) => ({ country: countryOf(world, record) }),
  PHONE: (world, record) => ({ phone_number: phoneOf(world, record) }),
  TIER: () => ({ tier: '0:MAX' }),
};

/** Delivered messages by the dimensions asked for, with what they cost. */
function toPricePoints(world: World, args: Args): unknown[] {
  const asked = listOf(args, 'dimensions').flatMap((name) => dimensions[name] ?? []);
  const toKeys = (record: SendRecord): Record<string, string> =>
    Object.assign({}, ...asked.map((dimension) => dimension(world, record))) as Record<string, string>;
  const metrics = new Set(listOf(args, 'metric_types').map((name) => name.toLowerCase()));
  const has = (metric: string): boolean => metrics.size === 0 || metrics.has(metric);
  return toRange(args).flatMap((bucket) => {
    const records = [...world.sends.values()].filter((record) => isIn(bucket, atOf(record, 'delivered')));
    return [...Map.groupBy(records, (record) => JSON.stringify(toKeys(record)))].map(([keys, own]) => ({
      ...bucket,
      ...(JSON.parse(keys) as Record<string, string>),
      ...(has('volume') ? { volume: own.length } : {}),
      ...(has('cost') ? { cost: toCost(own) } : {}),
    }));
  });
}

function describeTemplates({ world, insights }: AnalyticsDeps, { params }: GraphCall): GraphAnswer {
  if (!insights.enabled) return refused({ code: 200007 });
  const ids = Array.isArray(params.template_ids) ? params.template_ids.map(String) : [];
  if (ids.length === 0 || ids.length > 10) return refused(badParam('Param template_ids takes 1 to 10 ids.'));
  const [start, end] = [Number(textOf(params, 'start')), Number(textOf(params, 'end'))];
  if (!(start < end)) return refused(badParam('Params start and end must be unix seconds, start before end.'));
  const points = toBuckets(start, end, 'DAILY').flatMap((bucket) =>
    ids.map((id) => toTemplatePoints(world, id, bucket)),
  );
  return ok({ data: [{ granularity: 'DAILY', product_type: 'cloud_api', data_points: points }] });
}
