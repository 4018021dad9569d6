import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const orMissing = async (file: string): Promise<string | null> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
};

async function create(dataDir: string, file: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const draft = join(dataDir, `.media.key.${randomBytes(6).toString('hex')}`);
  await writeFile(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  try {
    // Whole or not there, and of two processes that start at once one wins.
    await link(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** The secret that signs media links: given, or kept in the data folder (`media.key`, mode 0600). 32 bytes. */
export async function readMediaSecret(options: {
  readonly dataDir: string;
  readonly given: string | null;
}): Promise<Uint8Array> {
  const file = join(options.dataDir, 'media.key');
  let text = options.given ?? (await orMissing(file));
  if (text === null) {
    await create(options.dataDir, file);
    text = await readFile(file, 'utf8');
  }
  if (text.trim().length < 32)
    throw new Error(`${file} is damaged: remove it, and a new one is made at the next start`);
  return createHash('sha256').update(text.trim()).digest();
}
