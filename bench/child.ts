import { type ChildProcess, fork } from 'node:child_process';

/** The bench's own processes talk to it by calls with an answer, over Node's channel between parent and child. */
interface Call {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}
type Reply = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };
interface Ready {
  readonly ready: unknown;
}

type Handlers = Readonly<Record<string, (input: never) => unknown>>;

/** In the child: says that it is ready, then answers calls until the parent goes away. */
export function serveParent(ready: unknown, handlers: Handlers): void {
  const reply = (message: Reply | Ready): void => void process.send?.(message);
  async function handle({ id, name, input }: Call): Promise<void> {
    const handler = handlers[name];
    if (!handler) throw new Error(`there is no call ${name}`);
    reply({ id, value: await handler(input as never) });
  }
  process.on('message', (call: Call) => {
    handle(call).catch((error: unknown) =>
      reply({ id: call.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
  reply({ ready });
}

/** In the parent: a running child. */
export interface Child<R> {
  readonly pid: number;
  readonly ready: R;
  call<T>(name: string, input?: unknown): Promise<T>;
  stop(): Promise<void>;
}

/** Starts a file of the bench as a process of its own group, so that Ctrl-C reaches it through us alone, in order. */
export async function startChild<R>(file: string, args: readonly string[] = []): Promise<Child<R>> {
  const child: ChildProcess = fork(new URL(file, import.meta.url), [...args], {
    detached: true,
    // The load of ten minutes is made before its clock starts.
    execArgv: ['--max-old-space-size=8192'],
    env: { ...process.env, NODE_ENV: 'production' },
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const calls = new Map<number, PromiseWithResolvers<unknown>>();
  const ready = Promise.withResolvers<R>();
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let made = 0;

  child.on('message', (message: Reply | Ready) => {
    if ('ready' in message) return ready.resolve(message.ready as R);
    const call = calls.get(message.id);
    calls.delete(message.id);
    if ('error' in message) call?.reject(new Error(message.error));
    else call?.resolve(message.value);
  });
  child.once('exit', (code) => {
    const error = new Error(`${file} ended with ${code ?? 'a signal'}`);
    ready.reject(error);
    for (const call of calls.values()) call.reject(error);
  });

  return {
    pid: child.pid ?? 0,
    ready: await ready.promise,
    call<T>(name: string, input?: unknown) {
      const call = Promise.withResolvers<unknown>();
      calls.set(++made, call);
      child.send({ id: made, name, input });
      return call.promise as Promise<T>;
    },
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
