// Lists plugin output, newest entry first, each with its deployment and its request.
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { groupedEntries, type LogEntry, logEntries } from '../../data/logs/log-entries.ts';
import { MoreRows } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Props {
  namespace: string;
  /** The first page has the newest lines. */
  query: UseInfiniteQueryResult<InfiniteData<{ results: Schemas['NamespaceLogLine'][]; truncated: boolean }>>;
  /** True if entries with the same text are merged. */
  isGrouped: boolean;
}

export function FoundLines({ namespace, query, isGrouped }: Props) {
  const lines = query.data?.pages.toReversed().flatMap(({ results }) => results);
  const printed = logEntries(lines ?? []);
  const entries = isGrouped ? groupedEntries(printed) : printed;
  return (
    <>
      {lines?.length === 0 ? (
        <p className="quiet">No plugin has printed a matching line.</p>
      ) : (
        <ol className="code log found" aria-busy={lines === undefined} aria-label="Printed lines, newest first">
          {entries.map((entry) => (
            <Entry key={entry.id} namespace={namespace} entry={entry} />
          ))}
        </ol>
      )}
      <MoreRows query={query} label="Show older lines" />
      {query.data?.pages[0]?.truncated && (
        <p className="quiet">Older deployments are left out. Name a plugin to read all of its lines.</p>
      )}
    </>
  );
}

const shownEarlier = 50;

function Entry({ namespace, entry }: { namespace: string; entry: LogEntry }) {
  const { at, deployment_id: deployment, earlier, instance, lines, plugin, request, stream, version } = entry;
  return (
    <li>
      <PrintedAt at={at} />
      <Link to="/n/$namespace/deployments/$deployment" params={{ namespace, deployment }}>
        {plugin} {version.slice(0, 12)}
        {instance !== undefined && ` #${instance}`}
      </Link>
      <span className={stream === 'stdout' ? 'quiet' : 'failed'}>{stream}</span>
      <span className="text">
        {visible(lines.join('\n'))}
        {earlier.length > 0 && (
          <details>
            <summary>
              {(earlier.length + 1).toLocaleString('en')} times since <PrintedAt at={earlier.at(-1)?.at ?? at} />
            </summary>
            <ul>
              {earlier.slice(0, shownEarlier).map((one) => (
                <li key={`${one.at} ${one.request}`}>
                  <PrintedAt at={one.at} /> <RequestLink namespace={namespace} request={one.request} />
                </li>
              ))}
            </ul>
          </details>
        )}
      </span>
      <RequestLink namespace={namespace} request={request} />
    </li>
  );
}

/** Leaves out the day on phones if it's today. */
function PrintedAt({ at }: { at: string }) {
  const isToday = at.startsWith(new Date().toISOString().slice(0, 10));
  return (
    <time dateTime={at} className="quiet" title={`${new Date(at).toLocaleString()} · ${at}`}>
      <span className={isToday ? 'day today' : 'day'}>{at.slice(0, 10)} </span>
      {at.slice(11, 19)}
    </time>
  );
}

function RequestLink({ namespace, request }: { namespace: string; request: string | undefined }) {
  if (request === undefined) return null;
  return (
    <Link to="/n/$namespace/logs" params={{ namespace }} search={{ request }} className="request">
      {request}
    </Link>
  );
}
