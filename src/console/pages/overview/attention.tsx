// Lists what someone should look at: advisories, what features add, releases in progress, and a budget that is nearly spent.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { budgetQuery } from '../../data/account-queries.ts';
import { advisoriesQuery, criticalLive } from '../../data/advisories/advisory-queries.ts';
import { counted } from '../../data/counted.ts';
import type { PluginOverview } from '../../data/plugin-calls.ts';
import { featureAttention } from '../../feature-attention.gen.ts';
import { ReleaseInProgress } from '../../parts/release-in-progress.tsx';
import { Status } from '../../parts/status.tsx';
import type { AttentionItems } from '../../points/attention-items.ts';
import { fullnessTone } from '../organization/quota-bars.tsx';

const ofFeatures: readonly AttentionItems[] = featureAttention;
/** Hooks, which are called in the same order each time. */
const itemsOfFeatures = ofFeatures.map(({ useItems }) => useItems);

const budgetNames = { calls: 'calls', instance_seconds: 'instance hours', stored_bytes: 'stored bytes' } as const;
const budgetResources = ['calls', 'instance_seconds', 'stored_bytes'] as const;

interface Props {
  namespace: string;
  plugins: readonly PluginOverview[];
}

/** Shows nothing if there is nothing to look at. What the session may not read is left out. */
export function Attention({ namespace, plugins }: Props) {
  const items = [
    ...useAdvisories(namespace),
    ...itemsOfFeatures.flatMap((items) => items(namespace)),
    ...useBudget(),
    ...plugins.flatMap(({ kind, name, release }) =>
      release === null
        ? []
        : [
            <li key={`${kind} ${name}`}>
              {name}: <ReleaseInProgress namespace={namespace} release={release} />
            </li>,
          ],
    ),
  ];
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="attention">
      <h2 id="attention">Needs attention</h2>
      <ul className="rows">{items}</ul>
    </section>
  );
}

function useAdvisories(namespace: string): ReactNode[] {
  const { data, hasNextPage } = useInfiniteQuery(advisoriesQuery(criticalLive));
  const affected = data?.pages.flatMap(({ results }) => results) ?? [];
  const here = affected.filter(({ live }) => live.some((place) => place.namespace_id === namespace));
  const versions = new Set(here.map(({ plugin, plugin_id }) => `${plugin.kind} ${plugin_id}`)).size;
  if (versions === 0) return [];
  return [
    <li key="advisories">
      <Link to="/advisories" search={criticalLive}>
        <Status tone="bad">
          {`${counted(versions, 'live version', hasNextPage)} ${versions === 1 ? 'has' : 'have'} an advisory of critical or unknown severity`}
        </Status>
      </Link>
    </li>,
  ];
}

function useBudget(): ReactNode[] {
  const { data: budget } = useQuery(budgetQuery);
  if (!budget) return [];
  return budgetResources.flatMap((name) => {
    const percent = budget.usage[name].percent ?? 0;
    const tone = fullnessTone(percent);
    if (tone === 'good') return [];
    return [
      <li key={name}>
        <Link to="/quotas" search={{}}>
          <Status tone={tone}>{`${percent}% of the month's budget of ${budgetNames[name]} is spent`}</Status>
        </Link>
      </li>,
    ];
  });
}
