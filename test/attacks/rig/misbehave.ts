import { MISBEHAVIOURS, misbehave } from '../../support/fake-graph.ts';
import type { Rule } from './graph.ts';

/** Answers like a Graph API that is broken, or not Meta, to messages whose text ends with the word for it. */
export const misbehaveOnRequest: Rule = ({ method, path, body }, res) => {
  if (method !== 'POST' || !path.endsWith('/messages')) return false;
  const { text } = JSON.parse(body) as { text?: { body?: string } };
  const how = MISBEHAVIOURS.find((word) => text?.body?.endsWith(`: ${word}`));
  if (how) misbehave(res, how);
  return how !== undefined;
};
