// Changes between two installed versions of a Go plugin, file by file, with the programs' capabilities.
import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { goPluginQuery, parseGoKind } from '../../data/other-kinds.ts';
import { diffQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { visible } from '../../parts/visible-text.ts';
import { Changes } from '../diff/diff.tsx';

const route = '/signed-in/n/$namespace/go/$kind/$name/diff';

export function GoDiffPage() {
  const { name, ...params } = useParams({ from: route });
  const kind = parseGoKind(params.kind);
  const { from, to } = useSearch({ from: route });
  const { data: plugin } = useSuspenseQuery(goPluginQuery(kind, name));
  const { namespace_id: home } = plugin;
  const { data } = useSuspenseQuery(diffQuery(home, { slug: name, kind, v1: from, v2: to }));
  return (
    <>
      <PageHead title={`${name} ${visible(data.v1)} to ${visible(data.v2)}`}>
        <span className="kind">Go {kind}</span>
      </PageHead>
      <Changes diff={data} />
      <AsCommand
        cli={slipway(['diff', name, from, to], { kind })}
        path={`/v1/namespaces/${home}/plugins/by-name/${name}/diff`}
        query={{ kind, v1: from, v2: to }}
      />
    </>
  );
}
