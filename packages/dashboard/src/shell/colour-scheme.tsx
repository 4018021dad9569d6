import { type MantineColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import classes from './shell.module.css';

const NEXT = { auto: 'light', light: 'dark', dark: 'auto' } as const satisfies Record<
  MantineColorScheme,
  MantineColorScheme
>;
const LOOK = {
  auto: { label: 'Colours: automatic', Icon: IconDeviceDesktop },
  light: { label: 'Colours: light', Icon: IconSun },
  dark: { label: 'Colours: dark', Icon: IconMoon },
};

/** One press goes round: system, light, dark. */
export function ColourScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { label, Icon } = LOOK[colorScheme];
  return (
    <button type="button" className={classes.item} onClick={() => setColorScheme(NEXT[colorScheme])}>
      <Icon size={20} stroke={1.7} aria-hidden />
      <span aria-live="polite">{label}</span>
    </button>
  );
}
