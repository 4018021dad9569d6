import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeLog } from '#kit';
import { type Config, ConfigError, parseConfig } from './config.ts';
import { type Program, startProgram } from './program.ts';

const out = (text: string): void => void process.stdout.write(`${text}\n`);

/** Ports that were asked for may say 0.0.0.0; a person opens localhost. */
const toLocal = (url: string): string => url.replace(/\/\/(127\.0\.0\.1|0\.0\.0\.0|\[::1?\])/, '//localhost');

/** A key that was configured is known to whoever did it, and what is printed here often ends up in a log for good. */
function toSignIn(program: Program, config: Config, url: string): string {
  if (config.apiKey !== null) return 'with the API key in WHARF_API_KEY';
  const key = program.signInKey ?? program.createdKey;
  return key ? `${url}/#key=${key}` : 'with the API key that the first start printed, or set WHARF_API_KEY';
}

function toBanner(program: Program, config: Config): string {
  const url = toLocal(program.url);
  const lines: [string, string][] = [
    ['Dashboard', url],
    ['Sign in', toSignIn(program, config, url)],
    ...(program.phoneUrl ? [['Phone', toLocal(program.phoneUrl)] as [string, string]] : []),
    ['API', `${url}/api/docs`],
    ['Webhook', `${url}/webhooks/whatsapp`],
    ['Metrics', `${toLocal(program.internalUrl)}/metrics`],
    ['Data', program.where],
  ];
  const next = program.phoneUrl
    ? 'Next: open the phone page, write "hello", and watch the message in the dashboard. Answers come from reactions.ts.'
    : `Next: give Meta the webhook URL and your verify token. Answers come from ${config.reactions}.`;
  const made = program.createdKey ? `\n  API key (shown once): ${program.createdKey}\n` : '';
  return `\n  Wharf is running. Ctrl-C stops it.\n\n${lines.map(([name, value]) => `  ${name.padEnd(10)}${value}`).join('\n')}\n${made}\n  ${next}\n`;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Builds the pages if their sources changed: in a process of its own, whose memory goes with it. */
async function loadWeb(): Promise<{ dashboard: string; phone: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/web.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error('the web pages could not be built; try: npm run build');
  return { dashboard: join(ROOT, 'packages/dashboard/dist'), phone: join(ROOT, 'packages/emulator/phone/dist') };
}

async function readVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Ctrl-C and SIGTERM stop in order; a second one leaves at once, and the next start puts things right. */
function stopOnSignal(program: Program): void {
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    out(`\n  ${signal}: stopping. Press Ctrl-C again to leave at once.`);
    void program.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', () => stop('Ctrl-C'));
  process.on('SIGTERM', () => stop('SIGTERM'));
}

async function main(): Promise<void> {
  const config = parseConfig(process.env, process.stdout.isTTY);
  const log = makeLog({ level: config.logLevel, pretty: config.logPretty });
  const program = await startProgram({
    config,
    log,
    version: await readVersion(),
    web: config.roles.has('api') ? loadWeb : async () => null,
  });
  stopOnSignal(program);
  out(toBanner(program, config));
}

try {
  await main();
} catch (error) {
  const text =
    error instanceof ConfigError
      ? `Wharf cannot start. In the environment:\n${error.message}`
      : `Wharf cannot start: ${error instanceof Error ? error.message : String(error)}`;
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
}
