import type { Failure } from '@wharf/whatsapp';
import type { TemplateGraph } from './commands.ts';
import type { TemplateReader } from './sync.ts';

/** What went wrong on our side, as Meta's failures are told. */
export const toOwnFailure = (advice: string): Failure => ({
  kind: 'channel',
  code: 0,
  httpStatus: null,
  advice,
  error: { code: 0 },
});

const refuse = async (): Promise<Failure> =>
  toOwnFailure('No access token is configured. Set WHATSAPP_ACCESS_TOKEN and start again.');

/** Stands in for Meta where no access token is configured. */
export const unreachable: TemplateGraph & TemplateReader = {
  templates: refuse,
  createTemplate: refuse,
  editTemplate: refuse,
  deleteTemplate: refuse,
  unpauseTemplate: refuse,
  template: refuse,
  uploadHandle: refuse,
};
