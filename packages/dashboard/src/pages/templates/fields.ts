import type { TemplateDraft } from '../../model/template-draft.ts';

/** What every part of the form gets. */
export interface FieldsProps {
  draft: TemplateDraft;
  set: (change: Partial<TemplateDraft>) => void;
  /** What is wrong with a field; the fields are named as in `toDefinition`. */
  errorOf: (field: string) => string | undefined;
}
