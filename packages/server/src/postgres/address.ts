/** Where the server listens: the folder of its socket, or a loopback address, as `pg` and libpq both take it. */
export type Address = { readonly host: string; readonly port: number };

/** In a socket's name the port is only a name; PostgreSQL's own keeps `psql -h <folder>` short. */
export const SOCKET_PORT = 5432;

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, with the closing NUL. */
const SOCKET_PATH_BYTES = 103;

/** The socket's folder, or undefined where only TCP works: Windows, or a path too long for `sun_path`. */
export function decideSocketFolder(folder: string, platform: NodeJS.Platform): string | undefined {
  if (platform === 'win32') return undefined;
  const bytes = Buffer.byteLength(`${folder}/.s.PGSQL.${SOCKET_PORT}`);
  return bytes <= SOCKET_PATH_BYTES ? folder : undefined;
}

export function isSocket(address: Address): boolean {
  return address.host.startsWith('/');
}

export type UrlParts = { readonly address: Address; readonly password: string; readonly database: string };

/** A URL that `new URL`, `pg` and libpq all understand; for a socket the host travels as a parameter. */
export function toUrl({ address, password, database }: UrlParts): string {
  const url = new URL(`postgresql://localhost/${database}`);
  url.username = 'wharf';
  url.password = password;
  if (!isSocket(address)) {
    url.host = `${address.host}:${address.port}`;
    return url.href;
  }
  url.searchParams.set('host', address.host);
  url.searchParams.set('port', String(address.port));
  return url.href;
}
