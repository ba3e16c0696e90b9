// Lists what needs the user: each with its page, its command, and a button that hides it until it changes.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { api, type Schemas } from '../../data/api.ts';
import { needsKey, needsQuery } from '../../data/needs.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Props {
  namespace: string;
  /** True if the page lists failing plugins below. */
  hasFailing: boolean;
}

export function Needs({ namespace, hasFailing }: Props) {
  const { data, isError } = useQuery(needsQuery(namespace));
  if (!data) return isError ? <p className="quiet">What needs you could not be read.</p> : null;
  const { incomplete, more, needs } = data;
  if (needs.length === 0 && incomplete.length === 0)
    return <p className="quiet">{hasFailing ? 'Nothing needs you except what fails.' : 'Nothing needs you.'}</p>;
  return (
    <section aria-labelledby="needs">
      <h2 id="needs">Needs you</h2>
      <ul className="rows needs">
        {needs.map((need) => (
          <NeedRow key={need.id} need={need} />
        ))}
      </ul>
      {more.map(({ count, kind }) => (
        <p key={kind} className="quiet">
          And {count} more of the kind {kind}.
        </p>
      ))}
      {incomplete.length > 0 && (
        <p className="quiet">Could not be read, and may be missing: {incomplete.join(', ')}.</p>
      )}
    </section>
  );
}

function NeedRow({ need }: { need: Schemas['Need'] }) {
  const { action, fingerprint, id, severity, since, title } = need;
  const queries = useQueryClient();
  const dismissal = useMutation({
    mutationFn: () => api.post('/v1/attention/{need_id}/dismiss', { path: { need_id: id }, body: { fingerprint } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: needsKey }),
  });
  return (
    <li>
      <p>
        <Status tone={severity === 'bad' ? 'bad' : 'warning'}>{severity === 'bad' ? 'Urgent' : 'Soon'}</Status>{' '}
        {visible(title)}{' '}
        <small className="quiet">
          · <Time at={since} />
        </small>
      </p>
      <div className="actions">
        {action.page !== null && <PageLink page={action.page} label={action.label} title={title} />}
        <button
          type="button"
          className="small"
          disabled={dismissal.isPending}
          aria-label={`Dismiss: ${title}`}
          onClick={() => dismissal.mutate()}
        >
          Dismiss
        </button>
        <Copyable text={action.command} />
      </div>
      {dismissal.error && <PageError error={dismissal.error} />}
    </li>
  );
}

function PageLink({ label, page, title }: { label: string; page: string; title: string }) {
  const { options } = useRouter();
  const [path = '/', search = ''] = page.split('?');
  return (
    <Link
      to={path}
      search={options.parseSearch?.(search) ?? {}}
      className="button small"
      aria-label={`${label}: ${title}`}
    >
      {label}
    </Link>
  );
}
