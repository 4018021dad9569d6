/**
 * `npm run dev`: the program, started again whenever a source changes. Node's own watch mode follows the import graph;
 * reactions and web pages are imported late, so their folders are named.
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const WATCHED = [
  'packages/server/src',
  'packages/whatsapp/src',
  'packages/emulator/src',
  'packages/emulator/phone/src',
  'packages/dashboard/src',
  'reactions.ts',
];

const watch = WATCHED.flatMap((path) => ['--watch-path', join(ROOT, path)]);
const child = spawn(
  process.execPath,
  [...watch, '--watch-preserve-output', join(ROOT, 'packages/server/src/main.ts')],
  { stdio: 'inherit', cwd: ROOT },
);

// The terminal sends Ctrl-C to both; the child stops in order and this process waits for it.
process.on('SIGINT', () => {});
child.on('exit', (code) => process.exit(code ?? 0));
