/**
 * Message templates as Meta has them. Comes in: webhook events inside the walk's transaction, Meta's lists, commands of
 * people. Goes out: rows with their history, what a sender needs to know of a template, and calls that make, change or
 * delete one. Never sends a message, and never takes its own word for Meta's: what was asked for is read again.
 */
export type { AccountChoice, TemplateChannel } from './accounts.ts';
export { makeTemplateCommands, type TemplateCommands, type TemplateGraph } from './commands.ts';
export { decideState, decideTemplate, type TemplateDecision } from './decide.ts';
export { decideEditState } from './edit-rules.ts';
export { findTemplates, type FoundTemplate, type NamedTemplate, type TemplateFact, toTemplateKey } from './find.ts';
export { foldTemplates, type TemplateFoldable } from './fold.ts';
export { makeTemplateSync, type TemplateReader, type TemplateSync } from './sync.ts';
export type { SampleOptions } from './sample.ts';
export { unreachable } from './unreachable.ts';
