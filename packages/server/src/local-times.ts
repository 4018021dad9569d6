import { readWhereabouts } from '#consent';
import type { Transaction } from '#kit';
import { placeOf, toInstant } from '#places';
import type { SubmitOptions } from './submit.ts';

type Wanted = Parameters<SubmitOptions['toInstants']>[1];

const NOWHERE =
  'has no offset, and it is not known where this person is: add one (+01:00), or set timeZone with PATCH /api/v1/contacts/{id}';

/** A local time where each of these people is; in a country of several zones, in its most populous. */
export async function toInstants(tx: Transaction, wanted: Wanted): Promise<readonly (number | string)[]> {
  const groups = [...Map.groupBy(wanted, (one) => one.workspaceId)];
  const read = groups.map(([workspaceId, own]) =>
    readWhereabouts(
      tx,
      workspaceId,
      own.flatMap(({ contactId }) => contactId ?? []),
    ),
  );
  const known = new Map((await Promise.all(read)).flatMap((found) => [...found]));
  return wanted.map(({ contactId, whereabouts, local }) => {
    const [zone] = placeOf(known.get(contactId ?? '') ?? whereabouts ?? {}).zones;
    if (zone === undefined) return NOWHERE;
    const instant = toInstant(local, zone);
    return instant.ok ? instant.at : instant.message;
  });
}
