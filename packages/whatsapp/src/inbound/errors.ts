import type { WireError } from '../events.ts';
import { type JsonObject, present, toList, toNumber, toObject, toPart, toText } from './read.ts';

/** Error objects of a request, message, status or value; one alone, outside a list, is read too. */
export function toErrors(errors: unknown): readonly WireError[] {
  const single = toObject(errors);
  if (single !== undefined) return [toError(single)];
  return toList(errors).flatMap((error) => {
    const object = toObject(error);
    return object === undefined ? [] : [toError(object)];
  });
}

function toError(error: JsonObject): WireError {
  return present<WireError>({
    code: toNumber(error.code) ?? 0,
    title: toText(error.title),
    message: toText(error.message),
    details: toText(toPart(error.error_data).details) ?? toText(error.details),
    href: toText(error.href),
  });
}
