import { Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { changeChannel } from '../../api/actions.ts';
import { toProblem } from '../../api/problem.ts';
import { channelsQuery } from '../../api/queries.ts';
import type { Channel } from '../../api/types.ts';
import {
  CHANNEL_PLACES,
  type ChannelDraft,
  TIERS,
  toChannelChange,
  toChannelDraft,
  toTierWords,
} from '../../model/channel-edit.ts';
import { toFieldErrors } from '../../model/field-errors.ts';
import { FormButtons } from '../../parts/form-buttons.tsx';
import { ProblemState } from '../../parts/states.tsx';

export function EditChannel({ channel, close }: { channel: Channel; close: () => void }) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => toChannelDraft(channel));
  const save = useMutation({
    mutationFn: async () => {
      const change = toChannelChange(channel, draft, new Date().toISOString());
      if (change) await changeChannel(channel.id, change);
    },
    onSuccess: async () => {
      await queries.invalidateQueries(channelsQuery);
      close();
    },
  });
  const refused = save.error ? toProblem(save.error) : null;
  const errors = toFieldErrors(refused?.errors ?? [], CHANNEL_PLACES);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  return (
    <Modal opened onClose={close} title={`Edit ${channel.name}`}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Fields channel={channel} draft={draft} set={setDraft} errors={errors.fields} />
          {refused && (errors.fields.size === 0 || errors.others.length > 0) ? (
            <ProblemState problem={refused} />
          ) : null}
          <FormButtons label="Save" close={close} isPending={save.isPending} />
        </Stack>
      </form>
    </Modal>
  );
}

interface FieldsProps {
  channel: Channel;
  draft: ChannelDraft;
  set: (draft: ChannelDraft) => void;
  errors: ReadonlyMap<string, string>;
}

function Fields({ channel, draft, set, errors }: FieldsProps) {
  const field = (key: keyof ChannelDraft) => ({
    value: draft[key],
    error: errors.get(key),
    onChange: (event: { currentTarget: { value: string } }) => set({ ...draft, [key]: event.currentTarget.value }),
  });
  const tiers = TIERS.map((tier) => ({ value: String(tier), label: toTierWords(tier) }));
  const isOther = draft.tier !== '' && !tiers.some(({ value }) => value === draft.tier);
  return (
    <>
      <TextInput label="Name" data-autofocus {...field('name')} />
      <TextInput
        label="Messages a second"
        description="1 to 1,000; empty: as the provider says"
        inputMode="numeric"
        {...field('perSecond')}
      />
      {channel.provider === 'meta' ? (
        <>
          <NativeSelect
            label="People it may write to first in 24 hours"
            data={[
              { value: '', label: 'As Meta says' },
              ...tiers,
              ...(isOther ? [{ value: draft.tier, label: toTierWords(Number(draft.tier)) }] : []),
            ]}
            {...field('tier')}
          />
          <TextInput
            label="Business portfolio id"
            description="Its numbers share this limit; empty: the account does"
            {...field('portfolioId')}
          />
        </>
      ) : null}
      <TextInput
        label="Warm-up"
        description="People a day, day by day, as in 10, 20, 50; empty: none. A new one begins now."
        {...field('perDay')}
      />
    </>
  );
}
