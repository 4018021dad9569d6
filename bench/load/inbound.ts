import type { Inbound } from './bodies.ts';
import { between, type Chance } from './chance.ts';
import { makeText, makeWamid } from './people.ts';

/** What customers write, each kind with the share it has of all messages. */
const KINDS: readonly {
  readonly share: number;
  readonly make: (chance: Chance, n: number) => Record<string, unknown>;
}[] = [
  { share: 0.45, make: (chance) => toText(`order ${makeText(chance, between(chance, 20, 110))}`) },
  { share: 0.15, make: (chance) => toText(`hello ${makeText(chance, between(chance, 15, 60))}`) },
  { share: 0.15, make: (chance) => toText(`price ${makeText(chance, between(chance, 15, 60))}`) },
  { share: 0.1, make: (chance) => toText(makeText(chance, between(chance, 20, 110))) },
  { share: 0.1, make: (chance, n) => toTap(chance, n) },
  { share: 0.05, make: (chance, n) => toImage(chance, n) },
];

const toText = (body: string) => ({ type: 'text', text: { body } });

const toTap = (chance: Chance, n: number) => ({
  type: 'interactive',
  context: { from: '15550001111', id: `wamid.HBgM${Buffer.from(`tapped:${n}`).toString('base64')}` },
  interactive: {
    type: 'button_reply',
    button_reply: { id: `track:${100_000 + n}`, title: 'Where is it?', payload: makeText(chance, 30) },
  },
});

const toImage = (chance: Chance, n: number) => ({
  type: 'image',
  image: {
    id: `14795371${String(n).padStart(8, '0')}`,
    mime_type: 'image/jpeg',
    sha256: 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
    caption: makeText(chance, between(chance, 10, 40)),
  },
});

let made = 0;

/** The next message of somebody, distinct from all before it. */
export function makeInbound(chance: Chance, run: string, at: number): Inbound {
  made++;
  let drawn = chance();
  const kind = KINDS.find(({ share }) => (drawn -= share) < 0) ?? KINDS[0];
  return { wamid: makeWamid(run), at, content: kind?.make(chance, made) ?? {} };
}
