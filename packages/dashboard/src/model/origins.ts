/** Who wrote a message, in words. A person who answers in the dashboard uses the API like everyone else. */
const ORIGINS: Readonly<Record<string, string>> = {
  customer: 'Customer',
  handler: 'Handler',
  api: 'API or dashboard',
  graph: 'Meta’s API',
  campaign: 'Campaign',
  phone_app: 'Phone app',
  other_app: 'Another app',
  history: 'History',
};

/** Of outgoing messages. */
export const SENT_ORIGINS = ['handler', 'api', 'graph', 'campaign', 'phone_app', 'other_app', 'history'];

/** An origin this page does not know yet is shown by its own name. */
export function toOrigin(origin: string): string {
  return ORIGINS[origin] ?? origin;
}
