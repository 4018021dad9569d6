import { setTimeout as pause } from 'node:timers/promises';
import type { Faults } from '@wharf/emulator';
import type { Crowd } from './crowd.ts';
import type { Ground } from './ground.ts';
import type { Kind } from './kinds.ts';
import type { Guard, Own } from './own.ts';
import type { Planned } from './plan.ts';
import type { TcpProxy, Weather } from './tcp-proxy.ts';

export interface Scene {
  readonly ground: Ground;
  readonly crowd: Crowd;
  readonly guard: Guard;
}

type Strike = (scene: Scene, planned: Planned) => Promise<string>;

const MB = 1 << 20;

function pick<T>(list: readonly T[], whom: number): T | undefined {
  return list[Math.floor(whom * list.length)];
}

/** The one that is meant, once it lives: somebody may have killed it just now. */
async function findNode({ ground }: Scene, { whom }: Planned): Promise<{ name: string; own: Own }> {
  for (;;) {
    const node = pick(ground.nodes, whom);
    const own = node?.process();
    if (node && own) return { name: node.name, own };
    await pause(20);
  }
}

async function findPostmaster({ ground, guard }: Scene): Promise<Own> {
  for (;;) {
    const own = guard.postmaster(ground.cluster);
    if (own) return own;
    await pause(20);
  }
}

/** Signals are undone whatever happens in between. */
async function stopFor(guard: Guard, owns: readonly Own[], ms: number): Promise<void> {
  for (const own of owns) guard.signal(own, 'SIGSTOP');
  try {
    await pause(ms);
  } finally {
    for (const own of owns) guard.signal(own, 'SIGCONT');
  }
}

const killNode: Strike = async (scene, planned) => {
  const { name, own } = await findNode(scene, planned);
  scene.guard.signal(own, 'SIGKILL');
  return name;
};

const stopNode: Strike = async (scene, planned) => {
  const { name, own } = await findNode(scene, planned);
  await stopFor(scene.guard, [own], planned.lastsMs);
  return name;
};

const killPostmaster: Strike = async (scene) => {
  scene.guard.signal(await findPostmaster(scene), 'SIGKILL');
  return '';
};

const killBackend: Strike = async (scene, { whom }) => {
  for (;;) {
    const postmaster = await findPostmaster(scene);
    const victim = pick(scene.guard.backends(postmaster, scene.ground.cluster), whom);
    if (victim && scene.guard.signal(victim, 'SIGKILL')) return '';
    await pause(20);
  }
};

const stopPostgres: Strike = async (scene, { lastsMs }) => {
  const postmaster = await findPostmaster(scene);
  const all = [postmaster, ...scene.guard.backends(postmaster, scene.ground.cluster)];
  await stopFor(scene.guard, all, lastsMs);
  return '';
};

const fillDisk =
  (leaveBytes: number): Strike =>
  async ({ ground: { disk } }, { lastsMs }) => {
    if ('why' in disk) return disk.why;
    disk.fill(leaveBytes);
    try {
      await pause(lastsMs);
      return `${Math.floor(disk.freeBytes() / MB)} MB free`;
    } finally {
      disk.clear();
    }
  };

const onTheWay =
  (which: 'database' | 'graph', weather: Weather): Strike =>
  async ({ ground }, { lastsMs }) => {
    const way: TcpProxy | null = ground[which];
    way?.set(weather);
    try {
      await pause(lastsMs);
    } finally {
      way?.set({ kind: 'fair' });
    }
    return '';
  };

const forgetDatabase: Strike = async ({ ground }) => {
  ground.database?.forget();
  return '';
};

const failGraph =
  (faults: Partial<Faults>): Strike =>
  async ({ crowd }, { lastsMs }) => {
    crowd.emulator.setFaults(faults);
    try {
      await pause(lastsMs);
    } finally {
      crowd.emulator.setFaults({ serverError: 0 });
    }
    return '';
  };

const STRIKES: Readonly<Record<Kind, Strike>> = {
  'kill-node': killNode,
  'kill-backend': killBackend,
  'kill-postmaster': killPostmaster,
  'stop-node': stopNode,
  'stop-postgres': stopPostgres,
  // Wharf asks for 512 MB.
  'disk-low': fillDisk(200 * MB),
  'disk-full': fillDisk(0),
  'db-cut': onTheWay('database', { kind: 'cut' }),
  'db-stall': onTheWay('database', { kind: 'stall' }),
  'db-half-open': forgetDatabase,
  'db-late': onTheWay('database', { kind: 'late', ms: 80 }),
  'db-narrow': onTheWay('database', { kind: 'narrow', bytesPerSecond: 65_536 }),
  'graph-down': onTheWay('graph', { kind: 'cut' }),
  'graph-errors': failGraph({ serverError: 1 }),
  'graph-late': onTheWay('graph', { kind: 'late', ms: 600 }),
  'graph-stall': onTheWay('graph', { kind: 'stall' }),
};

/** Lets it happen; resolves when it is over, with what it met. */
export const strike = (scene: Scene, planned: Planned): Promise<string> => STRIKES[planned.kind](scene, planned);
