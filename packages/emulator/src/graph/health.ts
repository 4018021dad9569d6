import type { World } from '../world.ts';

type Can = 'AVAILABLE' | 'LIMITED' | 'BLOCKED';

interface Entity {
  readonly entity_type: 'PHONE_NUMBER' | 'WABA' | 'BUSINESS' | 'APP';
  readonly id: string;
  readonly can_send_message: Can;
  readonly errors?: readonly unknown[];
}

const problem = (code: number, description: string, solution: string): unknown => ({
  error_code: code,
  error_description: description,
  possible_solution: solution,
});

/** 141006 is Meta's; for what its pages give no number of health, the code that sends are refused with stands. */
const unregistered = problem(133010, 'The phone number is not registered.', 'Register the phone number.');
const locked = problem(131031, 'The account is locked.', 'Ask for a review in WhatsApp Manager.');
const unpaid = problem(
  141006,
  'There is an error with the payment method. This will block business initiated conversations.',
  'Add a payment method that works.',
);
const maintained = problem(131057, 'The phone number is being upgraded.', 'Wait a minute.');

/** `health_status` of a number (its WABA, portfolio and app included), or of the account. */
export function toHealth(world: World, numberId: string | null, now: number): unknown {
  const entities = [
    ...(numberId === null ? [] : [toNumber(world, numberId, now)]),
    toAccount(world),
    entity('BUSINESS', `${world.wabaId}0`),
    entity('APP', world.appId),
  ];
  const all = entities.map((each) => each.can_send_message);
  const worst = all.includes('BLOCKED') ? 'BLOCKED' : all.includes('LIMITED') ? 'LIMITED' : 'AVAILABLE';
  return { can_send_message: worst, entities };
}

const entity = (type: Entity['entity_type'], id: string, can: Can = 'AVAILABLE', errors?: unknown[]): Entity => ({
  entity_type: type,
  id,
  can_send_message: can,
  ...(errors === undefined ? {} : { errors }),
});

function toNumber(world: World, numberId: string, now: number): Entity {
  const state = world.numberStates.get(numberId);
  if (state?.registered === false) return entity('PHONE_NUMBER', numberId, 'BLOCKED', [unregistered]);
  const isMaintained = (state?.maintenanceUntil ?? 0) > now;
  return isMaintained ? entity('PHONE_NUMBER', numberId, 'BLOCKED', [maintained]) : entity('PHONE_NUMBER', numberId);
}

function toAccount({ wabaId, account }: World): Entity {
  if (account.locked) return entity('WABA', wabaId, 'BLOCKED', [locked]);
  return account.paymentProblem ? entity('WABA', wabaId, 'LIMITED', [unpaid]) : entity('WABA', wabaId);
}
