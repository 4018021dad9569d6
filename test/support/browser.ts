/**
 * A real Chromium from npm for whole-system tests: nothing installed on the machine, no network, works as root.
 * `@sparticuz/chromium` carries its own libraries and unpacks itself into the temporary folder at first use.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { type BrowserContext, type BrowserContextOptions, chromium as playwright } from 'playwright-core';

/** No sandbox: it needs user namespaces, which containers and root do not have. The rest keeps Chromium off the network. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Of the package's own flags only what a browser without a screen, with few cores and little memory needs. */
const OWN_FLAGS =
  /^--(?:use-gl|use-angle|in-process-gpu|font-render-hinting|hide-scrollbars|mute-audio|disable-dev-shm-usage)/;

export interface OpenBrowser extends AsyncDisposable {
  /** One profile; its pages share cookies. */
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** Opens Chromium on an empty profile of its own. Close it, or hold it with `await using`. */
export async function openBrowser(options: BrowserContextOptions = {}): Promise<OpenBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'wharf-browser-'));
  const context = await playwright.launchPersistentContext(profile, {
    executablePath: await chromium.executablePath(),
    headless: true,
    args: [...chromium.args.filter((flag) => OWN_FLAGS.test(flag)), ...FLAGS],
    ...options,
  });
  const close = async (): Promise<void> => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { context, close, [Symbol.asyncDispose]: close };
}

/** Runs `work` with a browser that is closed afterwards, whatever happens. */
export async function withBrowser<T>(
  work: (browser: OpenBrowser) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> {
  await using browser = await openBrowser(options);
  return await work(browser);
}
