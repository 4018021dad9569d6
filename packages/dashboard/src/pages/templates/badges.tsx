import { toQuality, toTemplateStatus } from '../../model/template-state.ts';
import { StateBadge } from '../../parts/state-badge.tsx';

export function StatusBadge({ status }: { status: string | null }) {
  return <StateBadge view={toTemplateStatus(status)} />;
}

/** Nothing while nobody has rated it. */
export function QualityBadge({ quality }: { quality: string | null }) {
  const view = toQuality(quality);
  return view ? <StateBadge view={view} /> : null;
}
