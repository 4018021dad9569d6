/** Beyond what people write by hand, and far below the some 5,000 levels at which JSON.stringify ends in RangeError. */
const MAX_LEVELS = 100;
const LEFT_OUT = '… deeper levels are only in the delivery';

/** A value with its levels below the hundredth left out: what a stranger nested must not fail the answer. */
export function toShallow(value: unknown, levels = MAX_LEVELS): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return LEFT_OUT;
  if (Array.isArray(value)) return value.map((item) => toShallow(item, levels - 1));
  // fromEntries defines keys, so `__proto__` stays an ordinary one.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toShallow(item, levels - 1)]));
}
