import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The API key of a trial run, kept in the data folder (mode 0600) so that the printed sign-in link works at every start.
 * With a real number the key is made by the accounts room instead, and shown once.
 */
export async function readConsoleKey(dataDir: string): Promise<string> {
  const file = join(dataDir, 'console.key');
  const known = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (known !== null && known.trim() !== '') return known.trim();
  const made = `wharf_${randomBytes(32).toString('base64url')}`;
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
}
