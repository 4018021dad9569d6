import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { alertsQuery, channelsQuery } from '../api/queries.ts';
import { toAlertTitle } from '../model/alert.ts';
import { Notice } from '../parts/notice.tsx';
import classes from './shell.module.css';

/** Where the alerts themselves stand. */
const OWN_PAGES: ReadonlySet<string> = new Set(['/alerts', '/channels']);

/** What somebody should see to, on every page, in one line. */
export function AlertBanner() {
  const alerts = useQuery(alertsQuery({ open: true })).data?.data ?? [];
  const channels = useQuery({ ...channelsQuery, enabled: alerts.length > 0 });
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [first] = alerts;
  if (!first || OWN_PAGES.has(path)) return null;
  const channel = channels.data?.data.find(({ id }) => id === first.channelId);
  return (
    <div className={classes.alert}>
      <Notice tone="bad" live>
        <div className={classes.alertLine}>
          <span className={classes.alertWords}>
            <strong>{toAlertTitle(first.kind)}</strong>
            {channel ? (
              <>
                {' '}
                on <bdi>{channel.name}</bdi>
              </>
            ) : null}
            : {first.detail}
          </span>
          <Link to="/alerts" className="link">
            {alerts.length > 1 ? `All ${alerts.length} alerts` : 'See to it'}
          </Link>
        </div>
      </Notice>
    </div>
  );
}
