import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import { parseIfMatch } from '../http/if-match.ts';
import type { ApiPorts } from '../ports.ts';
import type { Policy, PolicyPort } from '../ports/policy.ts';
import type { FieldError } from '../problems.ts';
import { policy, policyAnswer, policyHeaders } from '../schemas/policy.ts';
import { answers } from './shapes.ts';

const tags = ['Policy'];

function answer(
  reply: object,
  port: PolicyPort,
  { value, version }: { readonly value: Policy; readonly version: number },
): z.output<typeof policyAnswer> {
  void (reply as FastifyReply).header('etag', `"${version}"`);
  const { quietHours, countryRulesOff, requireOptIn, resendLost } = value;
  return {
    ...value,
    requireOptIn: [...requireOptIn],
    resendLost: [...resendLost],
    countryRulesOff: [...countryRulesOff],
    quietHours: quietHours && { ...quietHours, purposes: [...quietHours.purposes] },
    countryRules: port.countryRules.map((rule) => ({ ...rule })),
  };
}

/** What a schema cannot know. */
function checkPolicy({ quietHours, countryRulesOff }: Policy, port: PolicyPort): FieldError[] {
  const known = new Set(port.countryRules.map(({ id }) => id));
  const unknown = countryRulesOff.flatMap((id, n) =>
    known.has(id) ? [] : [{ field: `countryRulesOff.${n}`, message: 'names no country rule; GET shows all of them' }],
  );
  if (!quietHours || port.isTimeZone(quietHours.defaultZone)) return unknown;
  return [...unknown, { field: 'quietHours.defaultZone', message: 'is no time zone; name one such as Europe/Berlin' }];
}

/** What a workspace wants of the policy. */
export function registerPolicy(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/policy',
    {
      schema: {
        summary: 'What the policy heeds beyond WhatsApp’s own rules',
        tags,
        response: answers({ 200: policyAnswer }),
      },
    },
    async (request, reply) => answer(reply, ports.policy, await ports.policy.read(callerOf(request).workspaceId)),
  );
  app.put(
    '/api/v1/policy',
    {
      schema: {
        summary: 'Change what the policy heeds',
        description: 'The whole settings, based on the ETag in If-Match. They hold everywhere within a second or two.',
        tags,
        headers: policyHeaders,
        body: policy.strict(),
        response: answers({ 200: policyAnswer }),
      },
    },
    async (request, reply) => {
      const header = request.headers['if-match'];
      if (header === undefined) return refuse(reply, 'precondition_needed');
      const version = parseIfMatch(header);
      if (version === undefined) return refuse(reply, 'changed_meanwhile');
      const errors = checkPolicy(request.body, ports.policy);
      if (errors.length > 0) return refuse(reply, 'invalid_request', { errors });
      const written = await ports.policy.write(callerOf(request).workspaceId, request.body, version);
      return written ? answer(reply, ports.policy, written) : refuse(reply, 'changed_meanwhile');
    },
  );
}
