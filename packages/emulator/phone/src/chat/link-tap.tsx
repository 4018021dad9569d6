import { Icon } from '../icons.tsx';

/** Only web addresses become links; anything else is shown as it came. */
export function LinkTap({ label, url }: { label: string; url: string }) {
  if (!/^https?:\/\//i.test(url)) return <span className="tap-plain">{`${label} (${url || 'no address'})`}</span>;
  return (
    <a href={url} target="_blank" rel="noreferrer noopener" title={url} dir="auto">
      <Icon name="link" />
      {label}
    </a>
  );
}
