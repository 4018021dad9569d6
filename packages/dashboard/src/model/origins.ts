/** Who wrote a message, in words. A person who answers in the dashboard uses the API like everyone else. */
const ORIGINS: Readonly<Record<string, string>> = {
  customer: 'Customer',
  handler: 'Handler',
  api: 'API or dashboard',
  graph: 'Meta’s API',
  phone_app: 'Phone app',
  other_app: 'Another app',
  history: 'History',
};

/** An origin this page does not know yet is shown by its own name. */
export function toOrigin(origin: string): string {
  return ORIGINS[origin] ?? origin;
}
