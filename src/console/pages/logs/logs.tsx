// Logs of the plugins of a namespace: all of them together, with filters by plugin, request and text.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { withoutData } from '../../data/list-errors.ts';
import { type LogFilter, namespaceLogsQuery } from '../../data/namespace-logs.ts';
import { ByPlace } from '../../parts/by-place.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { visible } from '../../parts/visible-text.ts';

const route = '/signed-in/n/$namespace/logs';

export function LogsPage() {
  const { namespace } = useParams({ from: route });
  const filter = useSearch({ from: route });
  const query = useInfiniteQuery({ ...namespaceLogsQuery(namespace, filter), ...withoutData });
  const lines = query.data?.pages.toReversed().flatMap(({ results }) => results);
  return (
    <>
      <PageHead title="Logs" />
      <LogFilters filter={filter} />
      <MoreRows query={query} label="Show older lines" />
      {lines?.length === 0 ? (
        <p className="quiet">No plugin of this namespace has printed a line that matches.</p>
      ) : (
        <pre className="code log" aria-busy={lines === undefined}>
          <ByPlace items={lines ?? []}>{(line) => <Line namespace={namespace} line={line} />}</ByPlace>
        </pre>
      )}
      {query.data?.pages[0]?.truncated && (
        <p className="quiet">Older deployments are left out. Name a plugin to read those of it.</p>
      )}
      <AsCommand
        cli={['slipway logs --all', ...optionsOf(filter)].join(' ')}
        path={`/v1/namespaces/${namespace}/logs`}
        query={filter}
      />
    </>
  );
}

/** The options of `slipway logs` that filter as the page does. It names the plugin instead of `--all`. */
function optionsOf({ request, text }: LogFilter): string[] {
  return [...(request ? [`--request ${request}`] : []), ...(text ? [`--text '${text.replaceAll("'", `'\\''`)}'`] : [])];
}

const filters = [
  { name: 'plugin', label: 'Plugin', placeholder: 'text_profile' },
  { name: 'request', label: 'Request', placeholder: 'req_…' },
  { name: 'text', label: 'Text', placeholder: 'timeout' },
] as const;

function LogFilters({ filter }: { filter: LogFilter }) {
  const navigate = useNavigate({ from: '/n/$namespace/logs' });
  return (
    <search className="filters">
      {filters.map(({ name, label, placeholder }) => (
        <label key={name} className="chip">
          {label}:
          <input
            type="search"
            aria-label={label}
            placeholder={placeholder}
            value={filter[name] ?? ''}
            onChange={({ target }) =>
              void navigate({ search: (before) => ({ ...before, [name]: target.value || undefined }), replace: true })
            }
          />
        </label>
      ))}
    </search>
  );
}

function Line({ namespace, line: found }: { namespace: string; line: Schemas['NamespaceLogLine'] }) {
  const { at, deployment_id: deployment, line, plugin, request, stream, version } = found;
  return (
    <div>
      <span className="quiet">
        {at.slice(0, 19).replace('T', ' ')}{' '}
        <Link to="/n/$namespace/deployments/$deployment" params={{ namespace, deployment }}>
          {plugin} {version.slice(0, 12)}
        </Link>{' '}
        {stream} |
      </span>{' '}
      {visible(line)}
      {request !== undefined && (
        <>
          {' '}
          <Link to="/n/$namespace/logs" params={{ namespace }} search={{ request }} className="quiet">
            {request}
          </Link>
        </>
      )}
    </div>
  );
}
