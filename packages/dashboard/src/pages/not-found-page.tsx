import { Link } from '@tanstack/react-router';
import { PageFrame } from '../parts/page-frame.tsx';
import { EmptyState } from '../parts/states.tsx';

export function NotFoundPage() {
  return (
    <PageFrame title="No such page">
      <EmptyState title="Nothing lives at this address">
        Start from the{' '}
        <Link to="/events" className="link">
          events
        </Link>
        .
      </EmptyState>
    </PageFrame>
  );
}
