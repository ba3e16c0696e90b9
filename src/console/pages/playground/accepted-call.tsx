// A call that was accepted, to be answered later: its state, and its answer as soon as there is one.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { laterCallQuery } from '../../data/calls/later-calls.ts';
import { PageError } from '../../parts/page-states.tsx';
import { LaterAnswer } from '../later-calls/later-answer.tsx';
import { LaterCallStatus } from '../later-calls/later-call-status.tsx';

export function AcceptedCall({ id }: { id: string }) {
  const { data, error } = useQuery(laterCallQuery(id));
  if (error && !data) return <PageError error={error} />;
  return (
    <>
      <p>
        <span aria-live="polite">
          <LaterCallStatus status={data?.status ?? 'queued'} />
        </span>{' '}
        <Link to="/calls/$call" params={{ call: id }}>
          {id}
        </Link>
      </p>
      {data && <LaterAnswer call={data} />}
    </>
  );
}
