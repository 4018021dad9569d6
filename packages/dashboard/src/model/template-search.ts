import { pickWords, type Search } from './search-params.ts';

/** Filters of the list of templates, as the URL keeps them. */
export interface TemplateSearch {
  status?: string;
  category?: string;
  language?: string;
  name?: string;
  /** WhatsApp Business account id. */
  account?: string;
  after?: string;
}

const KEYS = ['status', 'category', 'language', 'name', 'account', 'after'] as const;

export const parseTemplateSearch = (search: Search): TemplateSearch => pickWords(search, KEYS);

/** Of a template that is being made: which one it begins as. */
export interface NewTemplateSearch {
  /** Id of a template that is there: a copy of it, in another language. */
  from?: string;
}

export const parseNewTemplateSearch = (search: Search): NewTemplateSearch => pickWords(search, ['from']);
