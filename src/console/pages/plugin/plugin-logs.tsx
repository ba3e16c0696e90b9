// Output of a plugin's versions, newest first, with filters by request, text, level and time.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { isGrouped, logOptions, logQuery, namespaceLogsQuery } from '../../data/logs/namespace-logs.ts';
import { withoutData } from '../../data/paged-query.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { useTitle } from '../../parts/page-head.tsx';
import { FoundLines } from '../logs/found-lines.tsx';
import { LogFilters } from '../logs/log-filters.tsx';

const route = '/signed-in/n/$namespace/plugins/$name/logs';

export function PluginLogsPage() {
  const { namespace, name } = useParams({ from: route });
  const search = useSearch({ from: route });
  const navigate = useNavigate({ from: '/n/$namespace/plugins/$name/logs' });
  const filter = { ...search, plugin: name };
  const query = useInfiniteQuery({ ...namespaceLogsQuery(namespace, filter), ...withoutData });
  useTitle(`${name}: logs`);
  return (
    <>
      <LogFilters
        names={['request', 'text']}
        filter={filter}
        change={(changed) => void navigate({ search: (before) => ({ ...before, ...changed }), replace: true })}
      />
      <FoundLines namespace={namespace} query={query} isGrouped={isGrouped(filter)} />
      <AsCommand
        cli={[`slipway logs ${name}`, ...logOptions({ ...search, text: undefined })].join(' ')}
        path={`/v1/namespaces/${namespace}/logs`}
        query={logQuery(filter)}
      />
    </>
  );
}
