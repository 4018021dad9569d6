import type { FieldError } from '../api/types.ts';

/** Where a field of a form stands in what is sent: a path, or the beginning of one. */
export type Place = readonly [path: string, field: string];

export interface FieldErrors {
  /** By field of the form. */
  fields: ReadonlyMap<string, string>;
  /** Of no field of the form. */
  others: readonly FieldError[];
}

/** Whether `path` is `prefix` or leads further: `a.b` and `a[0]` are under `a`, `ab` is not. */
const isUnder = (path: string, prefix: string): boolean =>
  path.startsWith(prefix) && (path.length === prefix.length || '.['.includes(path.charAt(prefix.length)));

/** Brings the errors of a problem document to the fields of the form; the longest place that fits wins. */
export function toFieldErrors(errors: readonly FieldError[], places: readonly Place[]): FieldErrors {
  const fields = new Map<string, string>();
  const others: FieldError[] = [];
  for (const error of errors) {
    const fits = places.filter(([path]) => isUnder(error.field, path));
    const best = fits.toSorted(([a], [b]) => b.length - a.length)[0];
    if (!best) others.push(error);
    else fields.set(best[1], [fields.get(best[1]), toSentence(error.message)].filter(Boolean).join(' '));
  }
  return { fields, others };
}

/** Messages are written to follow the name of the field: “must be …”. */
function toSentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?…}]$/.test(text) ? text : `${text}.`;
}
