import { hash } from 'node:crypto';

/**
 * JSON text with sorted keys and no spaces: equal for two documents that say the same. Keeps its own list of steps
 * (a string is text to write, an object a container to open), since `JSON.stringify` overflows the stack at the
 * nesting that `JSON.parse` accepts.
 */
export function toCanonicalJson(root: unknown): string {
  const out: string[] = [];
  const steps: (string | object)[] = [toStep(root)];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if (typeof step === 'string') out.push(step);
    else if (Array.isArray(step)) openList(step as unknown[], steps);
    else openObject(step as { readonly [key: string]: unknown }, steps);
  }
  return out.join('');
}

function toStep(value: unknown): string | object {
  return typeof value === 'object' && value !== null ? value : (JSON.stringify(value) ?? 'null');
}

/** Parts are pushed in reverse: the last pushed is written first. */
function openList(list: readonly unknown[], steps: (string | object)[]): void {
  steps.push(']');
  for (let index = list.length - 1; index >= 0; index -= 1) {
    steps.push(toStep(list[index]));
    if (index > 0) steps.push(',');
  }
  steps.push('[');
}

function openObject(object: { readonly [key: string]: unknown }, steps: (string | object)[]): void {
  const keys = Object.keys(object).sort();
  steps.push('}');
  for (let index = keys.length - 1; index >= 0; index -= 1) {
    const key = keys[index] as string;
    steps.push(toStep(object[key]), `${index > 0 ? ',' : ''}${JSON.stringify(key)}:`);
  }
  steps.push('{');
}

/** SHA-256 of the canonical text, in hex. */
export function toContentHash(value: unknown): string {
  return hash('sha256', toCanonicalJson(value), 'hex');
}
