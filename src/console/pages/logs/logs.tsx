// Output of all plugins in a namespace, with filters by plugin, request and text.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { isGrouped, logOptions, logQuery, namespaceLogsQuery } from '../../data/logs/namespace-logs.ts';
import { withoutData } from '../../data/paged-query.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { FoundLines } from './found-lines.tsx';
import { LogFilters } from './log-filters.tsx';

const route = '/signed-in/n/$namespace/logs';

export function LogsPage() {
  const { namespace } = useParams({ from: route });
  const filter = useSearch({ from: route });
  const navigate = useNavigate({ from: '/n/$namespace/logs' });
  const query = useInfiniteQuery({ ...namespaceLogsQuery(namespace, filter), ...withoutData });
  return (
    <>
      <PageHead title="Logs" />
      <LogFilters
        names={['plugin', 'request', 'text']}
        filter={filter}
        change={(changed) => void navigate({ search: (before) => ({ ...before, ...changed }), replace: true })}
      />
      <FoundLines namespace={namespace} query={query} isGrouped={isGrouped(filter)} />
      <AsCommand
        cli={['slipway logs --all', ...logOptions(filter)].join(' ')}
        path={`/v1/namespaces/${namespace}/logs`}
        query={logQuery(filter)}
      />
    </>
  );
}
