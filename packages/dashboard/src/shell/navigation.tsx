import { Text } from '@mantine/core';
import {
  IconBell,
  IconBolt,
  IconBook,
  IconDeviceMobile,
  IconExternalLink,
  IconLogout,
  IconMessages,
  IconPlugConnected,
  IconScale,
  IconSend,
  IconShieldExclamation,
  IconTemplate,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { signOut } from '../api/client.ts';
import { meQuery } from '../api/queries.ts';
import type { Me } from '../api/types.ts';
import { Mark } from '../parts/mark.tsx';
import { ColourScheme } from './colour-scheme.tsx';
import classes from './shell.module.css';

const PAGES = [
  { to: '/events', label: 'Events', Icon: IconBolt },
  { to: '/conversations', label: 'Conversations', Icon: IconMessages },
  { to: '/messages', label: 'Messages', Icon: IconSend },
  { to: '/templates', label: 'Templates', Icon: IconTemplate },
  { to: '/quarantine', label: 'Quarantine', Icon: IconShieldExclamation },
  { to: '/channels', label: 'Channels', Icon: IconPlugConnected },
  { to: '/policy', label: 'Policy', Icon: IconScale },
  { to: '/alerts', label: 'Alerts', Icon: IconBell },
] as const;

export function Navigation({ me }: { me: Me | undefined }) {
  return (
    <>
      <div className={`${classes.brand} ${classes.navbarBrand}`}>
        <Mark size={32} />
        <div style={{ minWidth: 0 }}>
          <Text fw={650} lh={1.2} lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
            {me?.workspace.name ?? 'Wharf'}
          </Text>
          <Text c="dimmed" size="xs">
            Wharf {me?.version}
          </Text>
        </div>
      </div>
      <nav className={classes.grow} aria-label="Pages">
        {PAGES.map(({ to, label, Icon }) => (
          <Link key={to} to={to} className={classes.item}>
            <Icon size={20} stroke={1.7} aria-hidden />
            {label}
          </Link>
        ))}
      </nav>
      <div className={classes.foot}>
        {me?.phoneUrl ? <Outside href={me.phoneUrl} label="Phone page" Icon={IconDeviceMobile} /> : null}
        <Outside href="/api/docs" label="API reference" Icon={IconBook} />
        <ColourScheme />
        <SignOut />
      </div>
    </>
  );
}

function Outside({ href, label, Icon }: { href: string; label: string; Icon: typeof IconBook }) {
  return (
    <a className={classes.item} href={href} target="_blank" rel="noreferrer">
      <Icon size={20} stroke={1.7} aria-hidden />
      <span className={classes.grow}>{label}</span>
      <IconExternalLink size={15} stroke={1.7} aria-label="opens in a new tab" />
    </a>
  );
}

function SignOut() {
  const queries = useQueryClient();
  const leave = async (): Promise<void> => {
    // Whatever the answer: asking who we are shows the truth.
    await signOut().catch(() => undefined);
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' });
    await queries.resetQueries(meQuery);
  };
  return (
    <button type="button" className={classes.item} onClick={() => void leave()}>
      <IconLogout size={20} stroke={1.7} aria-hidden />
      Sign out
    </button>
  );
}
