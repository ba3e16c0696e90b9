// Shows the output of a Go plugin's instance.
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { goSurfaces } from '../../../contract/plugin/go-kinds.ts';
import { goLogsQuery, parseGoKind } from '../../data/other-kinds.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { LogLine } from '../../parts/log-line.tsx';
import { useTitle } from '../../parts/page-head.tsx';
import { ByPlace } from '../../parts/plugins/by-place.tsx';

export function GoLogPage() {
  const { name, ...params } = useParams({ from: '/signed-in/n/$namespace/go/$kind/$name/logs' });
  const kind = parseGoKind(params.kind);
  const { data } = useQuery(goLogsQuery(kind, name));
  useTitle(`${name}: logs`);
  return (
    <section aria-labelledby="log">
      <h2 id="log">Instance log</h2>
      {data && data.lines.length > 0 ? (
        <pre className="code log">
          <ByPlace items={data.lines}>{(line) => <LogLine {...line} />}</ByPlace>
        </pre>
      ) : (
        <p className="quiet">{data ? 'The instance has not printed anything.' : 'Reading the log…'}</p>
      )}
      <AsCommand cli={`slipway logs ${name} --kind ${kind}`} path={`${goSurfaces[kind]}/${name}/logs`} />
    </section>
  );
}
