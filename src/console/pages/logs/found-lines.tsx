// Lines that plugins printed, oldest first, each with the deployment that printed it and the request that it belongs to.
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { ByPlace } from '../../parts/by-place.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Props {
  namespace: string;
  /** The first page has the newest lines. */
  query: UseInfiniteQueryResult<InfiniteData<{ results: Schemas['NamespaceLogLine'][]; truncated: boolean }>>;
}

export function FoundLines({ namespace, query }: Props) {
  const lines = query.data?.pages.toReversed().flatMap(({ results }) => results);
  return (
    <>
      <MoreRows query={query} label="Show older lines" />
      {lines?.length === 0 ? (
        <p className="quiet">No plugin has printed a line that matches.</p>
      ) : (
        <pre className="code log found" aria-busy={lines === undefined}>
          <ByPlace items={lines ?? []}>{(line) => <Line namespace={namespace} line={line} />}</ByPlace>
        </pre>
      )}
      {query.data?.pages[0]?.truncated && (
        <p className="quiet">Older deployments are left out. Name a plugin to read those of it.</p>
      )}
    </>
  );
}

function Line({ namespace, line: found }: { namespace: string; line: Schemas['NamespaceLogLine'] }) {
  const { at, deployment_id: deployment, instance, line, plugin, request, stream, version } = found;
  return (
    <div>
      <time dateTime={at} className="quiet">
        {at.slice(0, 19).replace('T', ' ')}
      </time>
      <Link to="/n/$namespace/deployments/$deployment" params={{ namespace, deployment }}>
        {plugin} {version.slice(0, 12)}
        {instance !== undefined && ` #${instance}`}
      </Link>
      <span className={stream === 'stdout' ? 'quiet' : 'failed'}>{stream}</span>
      <span className="text">{visible(line)}</span>
      {request !== undefined && (
        <Link to="/n/$namespace/logs" params={{ namespace }} search={{ request }} className="request">
          {request}
        </Link>
      )}
    </div>
  );
}
