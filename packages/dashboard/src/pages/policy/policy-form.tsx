import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { policyQuery, writePolicy } from '../../api/policy.ts';
import { toProblem } from '../../api/problem.ts';
import type { PolicyAnswer } from '../../api/types.ts';
import { toFieldErrors } from '../../model/field-errors.ts';
import { POLICY_PLACES, type PolicyDraft, toPolicy, toPolicyDraft } from '../../model/policy-draft.ts';
import { ownZone } from '../../model/send-time.ts';
import { Notice } from '../../parts/notice.tsx';
import { ProblemState } from '../../parts/states.tsx';
import { CountryRules } from './country-rules.tsx';
import { FrequencyFields, PurposeField, QuietFields } from './policy-fields.tsx';

export function PolicyForm({ policy, etag }: { policy: PolicyAnswer; etag: string }) {
  const queries = useQueryClient();
  const before = toPolicyDraft(policy, ownZone());
  const [draft, setDraft] = useState(before);
  const save = useMutation({
    mutationFn: () => writePolicy(toPolicy(draft), etag),
    onSuccess: () => queries.invalidateQueries(policyQuery),
  });
  const refused = save.error ? toProblem(save.error) : null;
  const errors = toFieldErrors(refused?.errors ?? [], POLICY_PLACES);
  const isSame = JSON.stringify(draft) === JSON.stringify(before);
  const fields = {
    draft,
    set: (change: Partial<PolicyDraft>) => setDraft({ ...draft, ...change }),
    errorOf: (field: string) => errors.fields.get(field),
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isSame && !save.isPending) save.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={760}>
        <PurposeField
          {...fields}
          field="requireOptIn"
          legend="Consent"
          about="A person must have agreed before they get messages of these purposes. For the others it is enough not to object."
        />
        <QuietFields {...fields} />
        <FrequencyFields {...fields} />
        <PurposeField
          {...fields}
          field="resendLost"
          legend="Lost answers"
          about="When the answer to a send was lost and no status came, messages of these purposes are sent again: twice rather than never. The others are given up, visibly."
        />
        <CountryRules {...fields} rules={policy.countryRules} />
        {errors.fields.size > 0 ? (
          <Notice tone="bad" title="It was not saved" live>
            Correct what is said at {errors.fields.size === 1 ? 'one field' : `${errors.fields.size} fields`} above.
          </Notice>
        ) : null}
        {refused && (errors.fields.size === 0 || errors.others.length > 0) ? <ProblemState problem={refused} /> : null}
        <Group gap="sm">
          <Button type="submit" loading={save.isPending} disabled={isSame}>
            Save the policy
          </Button>
          <Button variant="default" disabled={isSame} onClick={() => setDraft(before)}>
            Undo the changes
          </Button>
          <Text size="sm" c="dimmed" component="output">
            {isSame ? 'As it is in force' : 'Not saved yet'}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
