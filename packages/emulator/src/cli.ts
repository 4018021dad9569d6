import { fileURLToPath } from 'node:url';
import { parseCli, usage } from './cli-options.ts';
import { machineClock } from './clock.ts';
import type { Clock, Emulator, EmulatorOptions } from './contract.ts';
import { startEmulator } from './start.ts';

/** `npm run emulator`: starts, says where everything is, connects as soon as the webhook answers, stops on Ctrl-C. */
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

const phoneDist = fileURLToPath(new URL('../phone/dist', import.meta.url));
const clock = machineClock();

async function main(argv: readonly string[]): Promise<number | null> {
  const parsed = parseCli(argv);
  if (parsed.kind === 'help') {
    say(usage);
    return 0;
  }
  if (parsed.kind === 'wrong') {
    complain(`${parsed.problem}\n\n${usage}`);
    return 2;
  }
  const emulator = await start(parsed.options);
  if (emulator === null) return 1;
  introduce(emulator, parsed.options);
  const stop = stopOnSignal(emulator);
  if (parsed.webhook !== null) await connectAtLast(emulator, parsed.webhook, stop);
  return null;
}

async function start(options: EmulatorOptions): Promise<Emulator | null> {
  try {
    return await startEmulator({ ...options, clock, phoneDist, log: say });
  } catch (error) {
    complain(toStartProblem(error, options));
    return null;
  }
}

function toStartProblem(error: unknown, { port, host }: EmulatorOptions): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') return `--port ${port} is taken. Choose another, for example --port ${Number(port) + 1}.`;
  if (code === 'EADDRNOTAVAIL') return `--host ${host} is no address of this machine. Example: --host 127.0.0.1`;
  return error instanceof Error ? error.message : 'The emulator could not start.';
}

function introduce(emulator: Emulator, options: EmulatorOptions): void {
  say(`Phone page      ${emulator.phoneUrl}`);
  say(`Graph API       ${emulator.url}  (access token ${options.accessToken})`);
  say(`App secret      ${options.appSecret}`);
  say(`Verify token    ${options.verifyToken}`);
}

interface Stop {
  requested: boolean;
}

function stopOnSignal(emulator: Emulator): Stop {
  const stop: Stop = { requested: false };
  const onSignal = (): void => {
    if (stop.requested) return;
    stop.requested = true;
    emulator.close().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(error instanceof Error ? error.message : 'The emulator did not stop cleanly.');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return stop;
}

const connectPauseMs = 1_000;

/** The webhook's server may start after us: ask again each second, and say why only when the reason changes. */
async function connectAtLast(emulator: Emulator, webhook: string, stop: Stop): Promise<void> {
  let lastReason = '';
  while (!stop.requested) {
    const reason = await tryConnect(emulator, webhook);
    if (reason === null) return say(`Webhooks go to  ${webhook}`);
    if (reason !== lastReason) say(`Waiting for the webhook: ${reason}`);
    lastReason = reason;
    await pause(clock, connectPauseMs);
  }
}

async function tryConnect(emulator: Emulator, webhook: string): Promise<string | null> {
  try {
    await emulator.connect(webhook);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'no answer';
  }
}

const pause = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));

const exitCode = await main(process.argv.slice(2));
if (exitCode !== null) process.exit(exitCode);
