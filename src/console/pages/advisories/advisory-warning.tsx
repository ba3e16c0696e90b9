// Warns on a version's pages that advisories affect it.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../data/api.ts';
import { Status } from '../../parts/status.tsx';

interface Props {
  name: string;
  counts: Schemas['AdvisoryCounts'];
  which?: string;
  /** Actions beside the link. */
  children?: ReactNode;
}

export function AdvisoryWarning({ name, counts, which = 'this version', children }: Props) {
  const { critical, high, low, medium, unknown } = counts;
  const known = Object.entries({ critical, 'of unknown severity': unknown, high, medium, low });
  const words = known.flatMap(([severity, count]) => (count === 0 ? [] : [`${count} ${severity}`]));
  if (words.length === 0) return null;
  return (
    <p>
      <Status tone={critical + high + unknown > 0 ? 'bad' : 'warning'}>
        {`Advisories affect ${which}: ${words.join(', ')}`}
      </Status>{' '}
      <Link to="/advisories" className="button small" search={{ plugin: name }}>
        Advisories
      </Link>{' '}
      {children}
    </p>
  );
}
