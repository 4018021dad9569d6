import type { Clock, PersonChange, PhonePerson, PhoneUpdate } from './contract.ts';
import type { Done } from './customer.ts';
import type { Ids } from './ids.ts';
import { findClash, toPerson } from './people.ts';
import type { Statuses } from './statuses.ts';
import { toPreference } from './webhooks/preference.ts';
import type { EventUpdate } from './webhooks/update.ts';
import { addPersonToWorld, type World } from './world.ts';

/** Who can write to the business, and the state of their phones. */
export interface Directory {
  add(given: Partial<PhonePerson> & { name: string }): Done<PhonePerson>;
  update(id: string, change: PersonChange): Done<PhonePerson>;
}

export interface DirectoryDeps {
  readonly world: World;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly statuses: Statuses;
  readonly emit: (update: EventUpdate) => void;
  readonly announce: (update: PhoneUpdate) => void;
}

const modes = new Set<unknown>(['phone', 'username_and_phone', 'username_only', 'parent_bsuid', undefined]);

export function makeDirectory(deps: DirectoryDeps): Directory {
  return { add: (given) => addPerson(deps, given), update: (id, change) => updatePerson(deps, id, change) };
}

function addPerson(deps: DirectoryDeps, given: Partial<PhonePerson> & { name: string }): Done<PhonePerson> {
  if (typeof given.name !== 'string' || given.name.trim() === '') return { ok: false, error: 'name is empty.' };
  if (!modes.has(given.identity)) return { ok: false, error: 'identity is not one of the four modes.' };
  const person = toPerson(given, deps.ids);
  const clash = findClash(deps.world, person);
  if (clash !== null) return { ok: false, error: clash };
  addPersonToWorld(deps.world, person);
  deps.announce({ type: 'person', person });
  return { ok: true, value: person };
}

/** Coming online lets what WhatsApp held arrive. */
function updatePerson(deps: DirectoryDeps, id: string, change: PersonChange): Done<PhonePerson> {
  const person = deps.world.people.get(id);
  if (person === undefined) return { ok: false, error: 'There is no such person.' };
  for (const key of switches) if (change[key] !== undefined) person[key] = change[key];
  if (change.marketingCap === null) delete person.marketingCap;
  else if (change.marketingCap !== undefined) person.marketingCap = change.marketingCap;
  if (change.marketing !== undefined) choose(deps, person, { value: change.marketing, numberId: change.numberId });
  deps.announce({ type: 'person', person });
  if (person.online) deps.statuses.resume(id);
  return { ok: true, value: person };
}

const switches = ['readReceipts', 'online', 'blocked', 'unreachable'] as const;

/** The person stops or resumes marketing messages in the chat with a number: the webhook tells the business. */
function choose(
  { world, clock, emit }: DirectoryDeps,
  person: PhonePerson,
  choice: { value: 'stop' | 'resume'; numberId: string | undefined },
): void {
  const [first = ''] = world.numbers.keys();
  const { value, numberId = first } = choice;
  person.stoppedMarketing = value === 'stop';
  emit(toPreference(world.numbers, { person, numberId, value, at: clock.now() }));
}
