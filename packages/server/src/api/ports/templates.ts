import type { RenderedTemplate, TemplateChange, TemplateComponent, TemplateDefinition } from '@wharf/whatsapp';
import type { FieldError } from '../problems.ts';

/** Whose templates: an account, one of its channels, or the only one there is. */
export interface AccountChoice {
  readonly workspaceId: string;
  readonly accountId?: string | undefined;
  readonly channelId?: string | undefined;
}

interface Problem {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

/** `replayed`: it was so already, and Meta was not asked. */
export type Answered<T> =
  | ({ readonly ok: true; readonly replayed: boolean } & T)
  | { readonly ok: false; readonly problem: Problem };

type Made = Answered<{ readonly id: string }>;
type ById = { readonly workspaceId: string; readonly id: string };

/** What the API asks of the templates' room; reading is its own. */
export interface TemplatesPort {
  create(request: AccountChoice & { readonly definition: unknown }): Promise<Made>;
  edit(request: ById & { readonly change: TemplateChange }): Promise<Made>;
  remove(request: ById & { readonly allLanguages: boolean }): Promise<Answered<{ readonly ids: readonly string[] }>>;
  unpause(request: ById): Promise<Made>;
  createFromLibrary(
    request: AccountChoice & {
      readonly library: string;
      readonly name?: string | undefined;
      readonly languages: readonly string[];
    },
  ): Promise<Answered<{ readonly results: readonly { readonly language: string; readonly made: Made }[] }>>;
  preview(request: {
    readonly workspaceId: string;
    readonly id?: string | undefined;
    readonly definition?: TemplateDefinition | undefined;
    readonly components?: readonly TemplateComponent[] | undefined;
  }): Promise<Answered<{ readonly rendered: RenderedTemplate; readonly problems: readonly FieldError[] }>>;
  /** Gives Meta an uploaded file as the example of a header. */
  sample(request: {
    readonly workspaceId: string;
    readonly mediaId: string;
  }): Promise<Answered<{ readonly handle: string }>>;
  /** Asks for a reading, of all accounts when none is named; `count`: of how many. */
  sync(choice: AccountChoice): Promise<Answered<{ readonly count: number }>>;
  /** Why a template of this state cannot be sent, or changed; null: it can. */
  whyNot(template: {
    readonly status: string | null;
    readonly rejectedReason: string | null;
    readonly statusDetail: string | null;
  }): { readonly send: string | null; readonly edit: string | null };
}
