import { queryOptions } from '@tanstack/react-query';
import { get, getWithEtag, patch, post, segment } from './client.ts';
import { PATIENT_MS } from './queries.ts';
import type { ConsentAnswer, ConsentReport, Person, PersonConsents } from './types.ts';

/** With the ETag that an edit is based on. */
export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ['person', id],
    queryFn: () => getWithEtag<Person>(`/contacts/${segment(id)}`),
    refetchInterval: PATIENT_MS,
  });

/** What the person agreed to, with the evidence, the latest learned first. */
export const consentsQuery = (id: string, after?: string) =>
  queryOptions({
    queryKey: ['consents', id, after ?? ''],
    queryFn: () => get<PersonConsents>(`/contacts/${segment(id)}/consents`, { after, limit: 50 }),
    refetchInterval: PATIENT_MS,
  });

export interface PersonEdit {
  timeZone?: string | null;
  name?: string | null;
}
export const editPerson = (id: string, edit: PersonEdit, etag: string) =>
  patch<Person>(`/contacts/${segment(id)}`, edit, { 'if-match': etag });

export const reportConsent = (report: ConsentReport) =>
  post<{ data: ConsentAnswer[] }>('/consents', { consents: [report] });
