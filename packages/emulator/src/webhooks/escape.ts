/**
 * Meta's serialiser: compact JSON with every non-ASCII UTF-16 unit as lower-case `\uXXXX` and `/` as `\/`.
 * Verification over re-serialised JSON breaks on exactly these bytes, so the emulator must produce them.
 */
export function toMetaJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[/\u0080-\uffff]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return unit === '/' ? '\\/' : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
