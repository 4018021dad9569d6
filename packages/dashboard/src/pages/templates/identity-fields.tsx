import { Autocomplete, Group, NativeSelect, TextInput } from '@mantine/core';
import { COMMON_LANGUAGES } from '../../model/languages.ts';
import { CATEGORIES, toLanguageName, toWords } from '../../model/template-state.ts';
import type { FieldsProps } from './fields.ts';

const ABOUT: Readonly<Record<string, string>> = {
  UTILITY: 'About something the person asked for or did: an order, an appointment, a payment.',
  MARKETING: 'Offers, news, invitations. Needs the person’s consent, and is always charged.',
  AUTHENTICATION: 'A code to sign in or confirm with. Meta writes the words.',
};

interface Props extends FieldsProps {
  stored: { isApproved: boolean } | undefined;
}

export function IdentityFields({ draft, set, errorOf, stored }: Props) {
  const { name, language, category } = draft;
  return (
    <Group gap="md" align="flex-start">
      <TextInput
        name="name"
        label="Name"
        description={stored ? 'Fixed: make a copy for another name' : 'a–z, 0–9 and _'}
        value={name}
        disabled={stored !== undefined}
        error={errorOf('name')}
        maxLength={512}
        // What people type most is turned into what Meta takes.
        onChange={(event) => set({ name: event.currentTarget.value.toLowerCase().replaceAll(/[\s-]/g, '_') })}
        flex="2 1 240px"
      />
      <Autocomplete
        name="language"
        label="Language"
        description={stored ? 'Fixed' : language === '' ? 'As in en_US' : toLanguageName(language)}
        data={COMMON_LANGUAGES}
        value={language}
        disabled={stored !== undefined}
        error={errorOf('language')}
        onChange={(value) => set({ language: value })}
        flex="1 1 150px"
      />
      <NativeSelect
        name="category"
        label="Category"
        description={stored?.isApproved ? 'Fixed once approved' : ABOUT[category]}
        value={category}
        disabled={stored?.isApproved === true}
        error={errorOf('category')}
        data={CATEGORIES.map((value) => ({ value, label: toWords(value) }))}
        onChange={(event) => set({ category: event.currentTarget.value })}
        flex="2 1 240px"
      />
    </Group>
  );
}
