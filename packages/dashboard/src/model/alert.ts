/** What an alert is about, in words; a kind this page does not know is shown by its name. */
const KINDS: Readonly<Record<string, string>> = { channel_paused: 'Sending is paused' };

export function toAlertTitle(kind: string): string {
  return Object.hasOwn(KINDS, kind) ? (KINDS[kind] ?? kind) : kind.replaceAll('_', ' ');
}
