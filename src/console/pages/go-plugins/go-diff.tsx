// Changes between two installed versions of a Go plugin, file by file, with the programs' capabilities.

import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { goSurfaces } from '../../../contract/plugin/go-kinds.ts';
import { goDiffQuery, parseGoKind } from '../../data/other-kinds.ts';
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
  const { data } = useSuspenseQuery(goDiffQuery(kind, name, from, to));
  return (
    <>
      <PageHead title={`${name} ${visible(data.v1)} to ${visible(data.v2)}`}>
        <span className="kind">Go {kind}</span>
      </PageHead>
      <Changes diff={data} />
      <AsCommand
        cli={slipway(['diff', name, from, to], { kind })}
        path={`${goSurfaces[kind]}/${name}/diff`}
        query={{ v1: from, v2: to }}
      />
    </>
  );
}
