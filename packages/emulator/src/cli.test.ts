import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startReceiver } from './testing.ts';

const cli = fileURLToPath(new URL('cli.ts', import.meta.url));
const run = (...argv: string[]): ChildProcess => spawn(process.execPath, [cli, ...argv], { stdio: 'pipe' });

/** Resolves with everything printed so far, once it holds `words`. */
function printed(child: ChildProcess, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('utf8');
      if (text.includes(words)) resolve(text);
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.on('exit', () => reject(new Error(`It ended without "${words}": ${text}`)));
  });
}

const exited = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.on('exit', resolve));

test('says where the phone page is, connects once the webhook answers, and stops on Ctrl-C', async () => {
  const reserved = await startReceiver();
  await reserved.close();
  const child = run('--port', '0', '--webhook', reserved.url, '--verify-token', 'test-verify');
  expect(await printed(child, 'Waiting for the webhook')).toMatch(/Phone page +http:\/\/127\.0\.0\.1:\d+\/phone\//);
  const receiver = await startReceiver(Number(new URL(reserved.url).port));
  await printed(child, `Webhooks go to  ${receiver.url}`);
  const end = exited(child);
  child.kill('SIGINT');
  expect(await end).toBe(0);
  await receiver.close();
});

test('a port that is taken is named', async () => {
  const receiver = await startReceiver();
  const { port } = new URL(receiver.url);
  const child = run('--port', port);
  const end = exited(child);
  expect(await printed(child, 'taken')).toContain(`--port ${port} is taken`);
  expect(await end).toBe(1);
  await receiver.close();
});
