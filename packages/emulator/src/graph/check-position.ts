import { badParam, type Refusal } from './answer.ts';

/** A place on earth, in a message or a template's header; numbers may come as text. */
export function checkPosition(value: Readonly<Record<string, unknown>>): Refusal | null {
  const isWithin = (degrees: unknown, max: number): boolean =>
    degrees !== undefined && degrees !== '' && Math.abs(Number(degrees)) <= max;
  if (!isWithin(value.latitude, 90)) return badParam("Param location['latitude'] must be a number from -90 to 90.");
  return isWithin(value.longitude, 180)
    ? null
    : badParam("Param location['longitude'] must be a number from -180 to 180.");
}
