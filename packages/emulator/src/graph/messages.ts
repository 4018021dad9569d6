import type { PhoneMessage, PhonePerson } from '../contract.ts';
import { isRecord, toText } from '../json.ts';
import type { Template } from '../templates/template.ts';
import { type Address, markRead, type World } from '../world.ts';
import { accept } from './accept.ts';
import { badParam, type GraphAnswer, invalid, refused, type Refusal, success } from './answer.ts';
import { findRefusal } from './check-send.ts';
import { type Params, textOf } from './params.ts';
import { parseRecipient } from './recipient.ts';
import type { GraphCall, Route } from './route.ts';
import type { Send, SendDeps } from './send.ts';

export interface MessageDeps extends SendDeps {
  readonly onRead: (messages: readonly PhoneMessage[]) => void;
  readonly onTyping: (message: PhoneMessage) => void;
}

export const messageRoutes = (deps: MessageDeps): readonly Route[] => [
  { method: 'POST', path: '{phone}/messages', run: (call) => postMessage(deps, call) },
];

function postMessage(deps: MessageDeps, { nodeId, params }: GraphCall): GraphAnswer {
  if (params.messaging_product !== 'whatsapp') return refused(badParam('The parameter messaging_product is required.'));
  if (params.status !== undefined) return readMessage(deps, nodeId, params);
  const recipient = parseRecipient(params);
  if (!recipient.ok) return refuse(deps, nodeId, params, recipient.refusal);
  const send = toSend(deps.world, nodeId, { params, ...recipient });
  const refusal = findRefusal(deps, send);
  return refusal === null ? accept(deps, send) : refuse(deps, nodeId, params, refusal);
}

function refuse(deps: MessageDeps, numberId: string, params: Params, refusal: Refusal): GraphAnswer {
  const callbackData = textOf(params, 'biz_opaque_callback_data') ?? null;
  deps.ledger.noteRefusal({ numberId, code: refusal.code, callbackData, at: deps.clock.now() });
  return refused(refusal);
}

function toSend(
  world: World,
  numberId: string,
  { params, address, input }: { params: Params; address: Address; input: string },
): Send {
  const type = (textOf(params, 'type') ?? 'text').toLowerCase();
  const person = findAddressee(world, address);
  return { numberId, type, params, address, input, person, template: findSentTemplate(world, type, params) };
}

const findAddressee = (world: World, address: Address): PhonePerson | undefined =>
  world.people.get(world.addresses.get(address.value) ?? '');

function findSentTemplate(world: World, type: string, params: Params): Template | undefined {
  if (type !== 'template' || !isRecord(params.template)) return undefined;
  const { name, language } = params.template;
  return world.templates.find(toText(name), isRecord(language) ? toText(language.code) : '');
}

function readMessage(deps: MessageDeps, numberId: string, params: Params): GraphAnswer {
  if (params.status !== 'read') return refused(badParam('Param status must be one of {READ}.'));
  const messageId = textOf(params, 'message_id');
  if (messageId === undefined) return refused(badParam('The parameter message_id is required.'));
  const message = deps.world.messages.get(messageId);
  if (message?.direction !== 'out' || message.numberId !== numberId) return refused(invalid('Message ID is not valid'));
  deps.onRead(markRead(deps.world, message));
  const typing = params.typing_indicator;
  if (isRecord(typing) && typing.type === 'text') deps.onTyping(message);
  return success;
}
