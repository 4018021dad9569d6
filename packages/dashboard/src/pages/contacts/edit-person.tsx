import { Autocomplete, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { editPerson } from '../../api/people.ts';
import { toProblem } from '../../api/problem.ts';
import type { Person } from '../../api/types.ts';
import { toFieldErrors } from '../../model/field-errors.ts';
import { FormButtons } from '../../parts/form-buttons.tsx';
import { ProblemState } from '../../parts/states.tsx';

const ZONES = Intl.supportedValuesOf('timeZone');

interface Props {
  person: Person;
  /** Of what is shown here: if somebody else changes it meanwhile, nothing is overwritten. */
  etag: string;
  close: () => void;
}

export function EditPerson({ person, etag, close }: Props) {
  const queries = useQueryClient();
  // What the form began from: a refresh behind it must not let an edit pass that was based on something older.
  const [base] = useState(etag);
  const [zone, setZone] = useState(person.timeZone ?? '');
  const [name, setName] = useState(person.name === person.profileName ? '' : (person.name ?? ''));
  const save = useMutation({
    mutationFn: () => editPerson(person.id, { timeZone: zone.trim() || null, name: name.trim() || null }, base),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['person', person.id] });
      close();
    },
  });
  const refused = save.error ? toProblem(save.error) : null;
  const errors = toFieldErrors(refused?.errors ?? [], [
    ['timeZone', 'timeZone'],
    ['name', 'name'],
  ]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  return (
    <Modal opened onClose={close} title="Edit the contact">
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label="Name"
            description="What you call them; empty: the name on WhatsApp"
            placeholder={person.profileName ?? undefined}
            value={name}
            error={errors.fields.get('name')}
            maxLength={200}
            dir="auto"
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Autocomplete
            label="Time zone"
            description="Empty: by the phone number"
            placeholder="Europe/Berlin"
            data={ZONES}
            limit={12}
            value={zone}
            error={errors.fields.get('timeZone')}
            onChange={setZone}
            // Below, it would lie upon the buttons.
            comboboxProps={{ withinPortal: false, position: 'top' }}
          />
          {refused && errors.fields.size === 0 ? <ProblemState problem={refused} /> : null}
          <FormButtons label="Save" close={close} isPending={save.isPending} />
        </Stack>
      </form>
    </Modal>
  );
}
