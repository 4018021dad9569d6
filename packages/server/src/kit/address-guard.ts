import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Hosts and networks that may be reached although they are not public, as an operator listed them. */
export interface AllowedHosts {
  readonly names: ReadonlySet<string>;
  /** `name:port`: that port too, at that host. */
  readonly ports: ReadonlySet<string>;
  readonly networks: readonly (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[];
}

export type AllowedEntry =
  | { readonly kind: 'network'; readonly network: readonly [ipaddr.IPv4 | ipaddr.IPv6, number] }
  | { readonly kind: 'host'; readonly name: string; readonly port: string | null };

/** Lower case, without the brackets of IPv6 and without the root's dot: one spelling, so that it can be compared. */
export const toHostName = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?)\.?(?::(\d{1,5}))?$/i;

function parseNetwork(text: string): AllowedEntry | null {
  // Short forms such as 10.0/8 mean different networks to different readers.
  if (isIP(text.split('/', 1)[0] ?? '') === 0 || !ipaddr.isValidCIDR(text)) return null;
  return { kind: 'network', network: ipaddr.parseCIDR(text) };
}

/** `10.0.0.0/8`, `fd00::/8`, `minio.internal`, `127.0.0.1:9000`, `[::1]:9000`; null for anything else. */
export function parseAllowedEntry(text: string): AllowedEntry | null {
  if (text.includes('/')) return parseNetwork(text);
  if (ipaddr.IPv6.isValid(text)) return { kind: 'host', name: toCanonical(text), port: null };
  const [, name, , port = null] = HOST.exec(text) ?? [];
  if (name === undefined || (port !== null && (Number(port) < 1 || Number(port) > 65_535))) return null;
  return { kind: 'host', name: toCanonical(toHostName(name)), port: port === null ? null : String(Number(port)) };
}

function toCanonical(host: string): string {
  return ipaddr.isValid(host) ? ipaddr.process(host).toString() : host;
}

/** Entries that {@link parseAllowedEntry} understands; throws for one that it does not. */
export function toAllowedHosts(list: readonly string[]): AllowedHosts {
  const entries = list.map((text) => {
    const entry = parseAllowedEntry(text);
    if (entry === null) throw new TypeError('an allowed host is neither a host, a host with a port nor a network');
    return entry;
  });
  const hosts = entries.filter((entry) => entry.kind === 'host');
  return {
    names: new Set(hosts.map((host) => host.name)),
    ports: new Set(hosts.filter((host) => host.port !== null).map((host) => `${host.name}:${host.port}`)),
    networks: entries.filter((entry) => entry.kind === 'network').map((entry) => entry.network),
  };
}

/** 2000::/3: all that is given out to the public internet. Some ranges outside lead back to IPv4 or to this machine. */
const GLOBAL_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Reachable by everybody. `process` turns ::ffff:10.0.0.1 into what it means. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(GLOBAL_V6);
}

function isInNetwork(address: string, [network, bits]: AllowedHosts['networks'][number]): boolean {
  const parsed = ipaddr.process(address);
  return parsed.kind() === network.kind() && parsed.match([network, bits] as [ipaddr.IPv4, number]);
}

/** Whether a connection to this address may be made, asked for under this name. */
export function isAllowedAddress(host: string, address: string, allowed: AllowedHosts): boolean {
  if (!ipaddr.isValid(address)) return false;
  if (isPublicAddress(address) || allowed.names.has(toCanonical(toHostName(host)))) return true;
  return allowed.networks.some((network) => isInNetwork(address, network));
}

/** What may be asked of a URL's host before any name is looked up. */
export function isAllowedHost(host: string, allowed: AllowedHosts): boolean {
  const name = toHostName(host);
  if (ipaddr.isValid(name)) return isAllowedAddress(name, name, allowed);
  if (name !== 'localhost' && !name.endsWith('.localhost')) return name !== '';
  return allowed.names.has(name) || allowed.networks.some((network) => isInNetwork('127.0.0.1', network));
}

const PORTS: ReadonlySet<string> = new Set(['80', '443', '8080', '8443']);

export function isAllowedPort(url: URL, allowed: AllowedHosts): boolean {
  const port = url.port === '' ? { 'http:': '80', 'https:': '443' }[url.protocol] : url.port;
  if (port === undefined) return false;
  return PORTS.has(port) || allowed.ports.has(`${toCanonical(toHostName(url.hostname))}:${port}`);
}
