import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Json } from '../model/json.ts';
import type { TemplateSearch } from '../model/template-search.ts';
import { get, patch, post, request, segment } from './client.ts';
import { PATIENT_MS } from './queries.ts';
import type {
  LibraryAnswer,
  LibraryTemplate,
  Page,
  Template,
  TemplateAccount,
  TemplateDetail,
  TemplatePage,
  TemplatePreview,
} from './types.ts';

/** While an account is being read, its end shows within moments. */
const READING_MS = 1_000;

export const templatesQuery = ({ account, ...filter }: TemplateSearch) =>
  queryOptions({
    queryKey: ['templates', { ...filter, account }],
    queryFn: () => get<TemplatePage>('/templates', { ...filter, accountId: account, limit: 50 }),
    refetchInterval: ({ state }) =>
      state.data?.accounts.some(({ isReading, isWanted }) => isReading || isWanted) ? READING_MS : PATIENT_MS,
    placeholderData: keepPreviousData,
  });

/** What may be sent on a channel now. */
export const sendableQuery = (channelId: string) =>
  queryOptions({
    queryKey: ['templates', 'of', channelId],
    queryFn: async () => {
      const page = await get<TemplatePage>('/templates', { channelId, limit: 200 });
      return page.data.filter(({ send, components }) => send.allowed && components !== null);
    },
    staleTime: 30_000,
  });

export const templateQuery = (id: string) =>
  queryOptions({
    queryKey: ['template', id],
    queryFn: () => get<TemplateDetail>(`/templates/${segment(id)}`),
    refetchInterval: PATIENT_MS,
  });

export type PreviewRequest = { id: string; components?: readonly Json[] } | { definition: Json };

export const previewQuery = (request: PreviewRequest) =>
  queryOptions({
    queryKey: ['template-preview', request],
    queryFn: () => post<TemplatePreview>('/templates/preview', request),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  });

export const libraryQuery = queryOptions({
  queryKey: ['template-library'],
  queryFn: () => get<Page<LibraryTemplate>>('/template-library'),
  staleTime: Number.POSITIVE_INFINITY,
});

export const createTemplate = (accountId: string | undefined, definition: Json) =>
  post<Template>('/templates', { accountId, definition });
export const editTemplate = (id: string, change: Json) => patch<Template>(`/templates/${segment(id)}`, change);
/** `all`: in every language of its name. */
export const removeTemplate = (id: string, languages: 'this' | 'all') =>
  request<Page<Template>>(`/templates/${segment(id)}?languages=${languages}`, { method: 'DELETE' });
export const syncTemplates = (accountId: string) =>
  post<{ accounts: TemplateAccount[] }>('/templates/sync', { accountId });

export interface LibraryRequest {
  accountId: string | undefined;
  name: string;
  languages: string[];
}
export const createFromLibrary = (library: string, body: LibraryRequest) =>
  post<LibraryAnswer>(`/template-library/${segment(library)}`, body);
