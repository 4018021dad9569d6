import type { Machine } from '../machine.ts';
import type { Section } from './table.ts';

export function toMachineSection(
  machine: Machine,
  about: { readonly command: string; readonly date: string; readonly tookS: number; readonly versions: string },
): Section {
  return {
    title:
      'Wharf: measurements on one machine that runs everything: Wharf, its embedded PostgreSQL, the load and the Graph side',
    rows: [
      { what: 'Command', figure: about.command },
      { what: 'Date, duration', figure: `${about.date}, ${Math.round(about.tookS)} s` },
      { what: 'Machine', figure: `${machine.cpu}, ${machine.memory}, ${machine.system}` },
      { what: 'Data folder', figure: machine.disk },
      { what: 'Node, commit', figure: `${machine.node}, ${machine.commit}` },
      { what: 'Versions', figure: about.versions },
      { what: 'Noise', figure: machine.busyBefore },
    ],
  };
}
