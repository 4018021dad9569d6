/** The API key of a sign-in link, `https://…/#key=wharf_…`. A fragment is never sent to a server or logged by one. */
export function parseKeyFragment(hash: string): string | null {
  const key = new URLSearchParams(hash.replace(/^#/, '')).get('key')?.trim();
  return key ? key : null;
}
