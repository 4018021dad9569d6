import { Autocomplete, Group, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { TemplateAccount } from '../../api/types.ts';
import { COMMON_LANGUAGES } from '../../model/languages.ts';
import type { TemplateSearch } from '../../model/template-search.ts';
import { CATEGORIES, COMMON_STATUSES, toTemplateStatus, toWords } from '../../model/template-state.ts';

interface Props {
  search: TemplateSearch;
  accounts: readonly TemplateAccount[];
}

type Set = (change: TemplateSearch) => void;

const toChoices = (all: string, words: readonly string[], toLabel: (word: string) => string) => [
  { value: '', label: all },
  ...words.map((value) => ({ value, label: toLabel(value) })),
];

/** What the address has and the list does not know stays a choice. */
const withCurrent = (words: readonly string[], current: string | undefined): string[] =>
  current === undefined || words.includes(current) ? [...words] : [...words, current];

export function TemplateFilters({ search, accounts }: Props) {
  const navigate = useNavigate();
  // A filter starts again at the first page.
  const set: Set = (change) =>
    void navigate({ to: '/templates', search: { ...search, after: undefined, ...change }, replace: true });
  return (
    <Group mb="md" gap="sm" align="flex-end">
      <Typed label="Name" placeholder="Part of the name" value={search.name} set={(name) => set({ name })} />
      <NativeSelect
        label="Status"
        value={search.status ?? ''}
        onChange={(event) => set({ status: event.currentTarget.value || undefined })}
        data={toChoices('All', withCurrent(COMMON_STATUSES, search.status), (word) => toTemplateStatus(word).label)}
        flex="1 1 120px"
        maw={170}
      />
      <NativeSelect
        label="Category"
        value={search.category ?? ''}
        onChange={(event) => set({ category: event.currentTarget.value || undefined })}
        data={toChoices('All', withCurrent(CATEGORIES, search.category), toWords)}
        flex="1 1 120px"
        maw={170}
      />
      <Language search={search} set={set} />
      {accounts.length > 1 || search.account ? (
        <NativeSelect
          label="Account"
          value={search.account ?? ''}
          onChange={(event) => set({ account: event.currentTarget.value || undefined })}
          data={toChoices(
            'All',
            withCurrent(
              accounts.map(({ accountId }) => accountId),
              search.account,
            ),
            (id) => id,
          )}
          flex="1 1 160px"
          maw={220}
        />
      ) : null}
    </Group>
  );
}

interface TypedProps {
  label: string;
  placeholder: string;
  value: string | undefined;
  set: (value: string | undefined) => void;
}

/** Enter or leaving the field searches: a request per key would only flicker. */
function Typed({ label, placeholder, value, set }: TypedProps) {
  return (
    <TextInput
      key={value ?? ''}
      label={label}
      placeholder={placeholder}
      defaultValue={value ?? ''}
      onBlur={(event) => {
        const word = event.currentTarget.value.trim();
        if (word !== (value ?? '')) set(word || undefined);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
      flex="1 1 180px"
      maw={260}
    />
  );
}

function Language({ search, set }: { search: TemplateSearch; set: Set }) {
  return (
    <Autocomplete
      key={search.language ?? ''}
      label="Language"
      placeholder="All"
      data={COMMON_LANGUAGES}
      defaultValue={search.language ?? ''}
      onOptionSubmit={(language) => set({ language })}
      onBlur={(event) => {
        const language = event.currentTarget.value.trim();
        if (language !== (search.language ?? '')) set({ language: language || undefined });
      }}
      clearable
      onClear={() => set({ language: undefined })}
      flex="1 1 110px"
      maw={150}
    />
  );
}
