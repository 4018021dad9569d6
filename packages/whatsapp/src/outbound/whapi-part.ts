import type { MessageProblem, OutgoingMedia } from '../message.ts';
import type { JsonObject } from './graph-body.ts';

/** What a message becomes at Whapi.Cloud, before address and quote are added; or why it cannot. */
export type WhapiPart = { readonly path: string; readonly body: JsonObject } | MessageProblem;

/** Whapi takes link and id under the same key. */
export const toWhapiMedia = ({ id, link }: OutgoingMedia): string => link ?? id ?? '';
