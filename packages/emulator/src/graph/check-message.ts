import { isRecord } from '../json.ts';
import type { Template } from '../templates/template.ts';
import { badParam, invalid, missing, type Refusal } from './answer.ts';
import { checkInteractive } from './check-interactive.ts';
import type { CheckMedia } from './check-media.ts';
import { checkPosition } from './check-position.ts';
import { checkTemplate } from './check-template.ts';
import { firstProblem, lengthOf, textLimit } from './check-text.ts';
import type { Params } from './params.ts';

export interface CheckDeps {
  readonly toBsuid: boolean;
  /** Unix milliseconds. */
  readonly now: number;
  readonly checkMedia: CheckMedia;
  readonly findTemplate: (name: string, language: string) => Template | undefined;
}

type Check = (value: unknown, deps: CheckDeps) => Refusal | null;

/** Every outgoing type with what Meta checks of its object. */
const checks: Readonly<Record<string, Check>> = {
  text: checkText,
  image: (value, deps) => checkMedia('image', value, deps),
  video: (value, deps) => checkMedia('video', value, deps),
  audio: (value, deps) => checkMedia('audio', value, deps),
  document: (value, deps) => checkMedia('document', value, deps),
  sticker: (value, deps) => checkMedia('sticker', value, deps),
  location: checkLocation,
  contacts: checkContacts,
  reaction: checkReaction,
  interactive: checkInteractive,
  template: checkTemplate,
};

/** What Meta refuses about the message object of a send, or null. */
export function checkMessage(type: string, params: Params, deps: CheckDeps): Refusal | null {
  const check = Object.hasOwn(checks, type) ? checks[type] : undefined;
  if (check === undefined) {
    const names = Object.keys(checks).join(', ').toUpperCase();
    return badParam(`Param type must be one of {${names}} - got "${type}".`);
  }
  if (params[type] === undefined) return missing(`Parameter '${type}' is mandatory for type '${type}'`);
  return checkCallbackData(params.biz_opaque_callback_data) ?? check(params[type], deps);
}

const checkCallbackData = (value: unknown): Refusal | null =>
  lengthOf(value) > 512 ? badParam('Param biz_opaque_callback_data must be at most 512 characters long.') : null;

function checkText(value: unknown): Refusal | null {
  const body = isRecord(value) ? value.body : undefined;
  if (typeof body !== 'string' || body === '') return badParam('The parameter text[body] is required.');
  return lengthOf(body) > 4096 ? badParam("Param text['body'] must be at most 4096 characters long.") : null;
}

const captioned = new Set(['image', 'video', 'document']);

function checkMedia(type: string, value: unknown, deps: CheckDeps): Refusal | null {
  if (!isRecord(value)) return missing(`Parameter '${type}' is mandatory for type '${type}'`);
  return deps.checkMedia(type, value) ?? (captioned.has(type) ? textLimit('Caption', value.caption, 1024) : null);
}

function checkLocation(value: unknown): Refusal | null {
  if (!isRecord(value)) return missing("Parameter 'location' is mandatory for type 'location'");
  return checkPosition(value);
}

function checkContacts(value: unknown): Refusal | null {
  if (!Array.isArray(value) || value.length === 0) return badParam('Param contacts must be a non-empty array.');
  if (value.length > 257) return invalid('At most 257 contacts can be sent in one message');
  return firstProblem(value.map((contact) => () => checkContact(contact)));
}

const nameParts = ['first_name', 'last_name', 'middle_name', 'suffix', 'prefix'];

function checkContact(contact: unknown): Refusal | null {
  const name = isRecord(contact) && isRecord(contact.name) ? contact.name : {};
  if (lengthOf(name.formatted_name) === 0) return missing('contacts: name.formatted_name is required');
  const hasPart = nameParts.some((key) => lengthOf(name[key]) > 0);
  return hasPart ? null : missing('contacts: at least one name part besides formatted_name is required');
}

function checkReaction(value: unknown): Refusal | null {
  const messageId = isRecord(value) ? value.message_id : undefined;
  if (typeof messageId !== 'string' || messageId === '')
    return badParam('The parameter reaction[message_id] is required.');
  const emoji = isRecord(value) ? value.emoji : undefined;
  return typeof emoji === 'string' ? null : badParam('The parameter reaction[emoji] is required.');
}
