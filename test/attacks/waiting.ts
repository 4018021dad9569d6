/**
 * Attacks on what Wharf does not have yet. Each names what it waits for, and how to see that it is still not there: who
 * builds it finds `complete.test.ts` failing, and writes the case.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATIONS } from '../../packages/server/src/api/fixtures/operations.ts';
import { VARIABLES } from '../../packages/server/src/config.ts';
import { ROOT } from '../support/wharf.ts';
import type { Case } from './rig/attack.ts';

/** What the program is made of, as far as its sources say it. */
export interface Inventory {
  /** `post /api/v1/messages` */
  readonly operations: readonly string[];
  readonly tables: readonly string[];
  readonly rooms: readonly string[];
  readonly variables: readonly string[];
  /** Names of all direct dependencies. */
  readonly packages: readonly string[];
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const list = (path: string): string[] => readdirSync(join(ROOT, path));

export function takeInventory(): Inventory {
  const migrations = list('packages/server/migrations').map((name) => read(`packages/server/migrations/${name}`));
  const manifests = ['server', 'dashboard', 'whatsapp'].map(
    (name) => JSON.parse(read(`packages/${name}/package.json`)) as { dependencies?: object },
  );
  return {
    operations: OPERATIONS,
    tables: migrations.flatMap((sql) => [...sql.matchAll(/^create table (\w+)/gm)].map((match) => match[1] ?? '')),
    rooms: list('packages/server/src').filter((name) => !name.includes('.')),
    variables: Object.keys(VARIABLES),
    packages: manifests.flatMap(({ dependencies = {} }) => Object.keys(dependencies)),
  };
}

interface Waiting {
  readonly case: Case;
  readonly part: string;
  readonly feature: Feature;
}

/** For each feature the words by which something of it would show itself. */
export const FEATURES = {
  'several workspaces': /workspace|tenant|organi[sz]ation/,
  'users and roles': /user|role|login|invite|member|password/,
  inboxes: /inbox|team|assign/,
  'a WebSocket or stream': /\bws\b|websocket|stream|topic|subscri/,
  'relays and HTTP steps': /relay|webhook|http-step/,
  exports: /export|csv|xlsx|download/,
  search: /search/,
  flows: /flow|condition|journey/,
  'a model or agent': /agent|model|llm|prompt|knowledge|openai|anthropic/,
  'making API keys': /api[-_]?keys?/,
} as const;
type Feature = keyof typeof FEATURES;

/** What has the word and is something else. */
const OTHERWISE: readonly string[] = [
  'variable WHARF_ROLES',
  'table workspaces',
  'table api_keys',
  'variable WHARF_API_KEY',
  'variable WHAPI_WEBHOOK_SECRET',
];

/** What is there of a feature; none of them while a case waits for it. */
export function findTraces(feature: Feature, inventory: Inventory): string[] {
  const all = [
    ...inventory.operations.map((name) => `operation ${name.replaceAll(/\{\w+\}/g, '')}`),
    ...inventory.tables.map((name) => `table ${name}`),
    ...inventory.rooms.map((name) => `room ${name}`),
    ...inventory.variables.map((name) => `variable ${name}`),
    ...inventory.packages.map((name) => `package ${name}`),
  ];
  return all.filter((name) => {
    const word = name.slice(name.indexOf(' ') + 1).toLowerCase();
    return !OTHERWISE.includes(name) && FEATURES[feature].test(word);
  });
}

export const WAITING: readonly Waiting[] = [
  { case: 5, part: 'signed with the app secret of another workspace', feature: 'several workspaces' },
  { case: 13, part: 'a number or account of another workspace under our signature', feature: 'several workspaces' },
  { case: 14, part: 'one batch with numbers of two workspaces', feature: 'several workspaces' },
  { case: 25, part: 'outgoing webhooks and HTTP steps to private addresses', feature: 'relays and HTTP steps' },
  { case: 31, part: 'answers of outbound calls read by another workspace', feature: 'relays and HTTP steps' },
  { case: 22, part: 'expressions of flow conditions, refused or bounded', feature: 'flows' },
  { case: 33, part: 'flows, exports and the audit log among the swapped ids', feature: 'exports' },
  { case: 34, part: 'a caller of several workspaces names none', feature: 'several workspaces' },
  { case: 35, part: 'role and verified among the fields of a user', feature: 'users and roles' },
  {
    case: 36,
    part: 'an agent without the inbox reads nothing of it, by search, reports, topics or exports',
    feature: 'inboxes',
  },
  { case: 37, part: 'Origin, tokens and topics of a WebSocket', feature: 'a WebSocket or stream' },
  { case: 38, part: 'a disabled user’s sessions and keys stop at once', feature: 'users and roles' },
  { case: 38, part: 'a key made over the API is shown once', feature: 'making API keys' },
  { case: 39, part: 'codes, passwords and reset tokens: guessing and using twice', feature: 'users and roles' },
  { case: 41, part: 'markup in search highlights', feature: 'search' },
  { case: 41, part: 'markup in exported HTML', feature: 'exports' },
  { case: 44, part: 'formulas in CSV and XLSX', feature: 'exports' },
  {
    case: 47,
    part: 'prompts in texts, documents, captions, names and quotes; tools for other contacts; budgets',
    feature: 'a model or agent',
  },
  { case: 'B1', part: 'a tap with an id that was never sent is told from a real one', feature: 'flows' },
  { case: 'B6', part: 'two agents take one conversation at once', feature: 'inboxes' },
];
