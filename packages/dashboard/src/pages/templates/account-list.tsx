import { Button, Code, Group, Loader, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toProblem } from '../../api/problem.ts';
import { syncTemplates } from '../../api/templates.ts';
import type { TemplateAccount } from '../../api/types.ts';
import { toAgo } from '../../model/time.ts';
import { Moment } from '../../parts/time.tsx';
import { useNow } from '../../parts/use-now.ts';
import classes from './templates.module.css';

/** When the templates of each account were read from Meta, and what went wrong. */
export function AccountList({ accounts }: { accounts: readonly TemplateAccount[] }) {
  if (accounts.length === 0) return null;
  return (
    <ul className={classes.accounts} aria-label="Accounts">
      {accounts.map((account) => (
        <AccountRow key={account.accountId} account={account} />
      ))}
    </ul>
  );
}

function AccountRow({ account }: { account: TemplateAccount }) {
  const queries = useQueryClient();
  const { accountId, isReading, isWanted } = account;
  const sync = useMutation({
    mutationFn: () => syncTemplates(accountId),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['templates'] }),
  });
  const busy = isReading || isWanted || sync.isPending;
  const refused = sync.error ? toProblem(sync.error) : null;
  return (
    <li className={classes.account}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" component="output" className={classes.accountWords}>
          Account <Code>{accountId}</Code> <LastRead account={account} />
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          aria-disabled={busy || undefined}
          data-disabled={busy || undefined}
          leftSection={busy ? <Loader size={14} color="currentcolor" aria-hidden /> : undefined}
          onClick={() => {
            if (!busy) sync.mutate();
          }}
        >
          {busy ? 'Reading …' : 'Sync now'}
        </Button>
      </Group>
      {account.error ? (
        <Text size="sm" className={classes.bad} role="alert">
          The last try {account.triedAt ? <Moment iso={account.triedAt} /> : null} failed: {account.error}
          {account.errorCode === null ? '' : ` (Meta’s code ${account.errorCode})`}
          {account.nextAt ? (
            <>
              {' '}
              The next one: <Moment iso={account.nextAt} />.
            </>
          ) : null}
        </Text>
      ) : null}
      {refused ? (
        <Text size="sm" className={classes.bad} role="alert">
          {[refused.title, refused.detail, refused.next].filter(Boolean).join('. ')}
        </Text>
      ) : null}
    </li>
  );
}

function LastRead({ account: { syncedAt } }: { account: TemplateAccount }) {
  const now = useNow();
  if (syncedAt === null) return 'has not been read yet';
  return (
    <>
      was read from Meta{' '}
      <time dateTime={syncedAt} title={syncedAt}>
        {toAgo(syncedAt, now)}
      </time>
    </>
  );
}
