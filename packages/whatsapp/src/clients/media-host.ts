/**
 * Where the access token may go. Media links come out of webhooks and answers, so a link to anywhere else must neither
 * see the token nor make this program knock at addresses inside its own network.
 */
const META_HOSTS = /(^|\.)(fbsbx\.com|fbcdn\.net|facebook\.com|whatsapp\.net)$/;

/** Meta's media hosts over https on the usual port, or the very origin of the configured API (an emulator). */
export function isMediaUrl(url: string, baseUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, origin, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (origin === new URL(baseUrl).origin) return true;
  return protocol === 'https:' && port === '' && META_HOSTS.test(hostname);
}
