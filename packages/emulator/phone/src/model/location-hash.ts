/** Who is on screen, as the URL's hash keeps it: `#person=p1&number=106…`. */
export interface Place {
  personId: string | null;
  numberId: string | null;
}

export function parseHash(hash: string): Place {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  return { personId: params.get('person') || null, numberId: params.get('number') || null };
}

export function toHash(place: Place): string {
  const params = new URLSearchParams();
  if (place.personId) params.set('person', place.personId);
  if (place.personId && place.numberId) params.set('number', place.numberId);
  const text = params.toString();
  return text ? `#${text}` : '';
}
