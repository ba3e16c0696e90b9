// Versions that advisories affect: live ones first, each with the package, its fix, and where it is live. Relocks them.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense } from 'react';
import { lazyPart } from '../../connection/load-code.ts';
import { type Affected, advisoriesQuery, severities } from '../../data/advisories/advisory-queries.ts';
import { slipway } from '../../data/shell.ts';
import { Figure, Figures } from '../../parts/figures.tsx';
import { FilterSelect } from '../../parts/filters/filter-select.tsx';
import { SearchField } from '../../parts/filters/search-field.tsx';
import { PluginLink } from '../../parts/plugins/plugin-link.tsx';
import { ResourcePage } from '../../parts/resource-page.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import type { Column } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';

const Relock = lazyPart(() => import('./relock.tsx'));

export function AdvisoriesPage() {
  const { live, plugin, severity } = useSearch({ from: '/signed-in/advisories' });
  const filter = { live, plugin, severity };
  const isFiltered = live || plugin !== undefined || severity !== undefined;
  return (
    <ResourcePage
      title="Advisories"
      note={
        <>
          <LiveFigures />
          <AdvisoryFilters />
        </>
      }
      query={useInfiniteQuery(advisoriesQuery(filter))}
      empty={{
        text: `No ${isFiltered ? 'such version' : 'version'} is affected by a known advisory. An operator imports advisories in the OSV format.`,
        command: 'slipway advisories import all.zip',
      }}
      caption="Affected versions, live ones first, then the most severe"
      columns={columns}
      keyOf={({ advisory, package: { purl }, plugin_id, plugin: { kind } }) =>
        `${kind} ${plugin_id} ${advisory.advisory_id} ${purl}`
      }
      command={{
        cli: slipway(['advisories'], { live: live || undefined, severity, plugin }),
        path: '/v1/advisories',
        query: { live: live ? 'true' : undefined, severity, plugin },
      }}
    />
  );
}

/** Counts live versions, whatever the filter. */
function LiveFigures() {
  const { data, hasNextPage } = useInfiniteQuery(advisoriesQuery({ live: true }));
  const live = data?.pages.flatMap(({ results }) => results);
  const count = (isCounted: (affected: Affected) => boolean) => {
    const versions = new Set(live?.filter(isCounted).map(({ plugin, plugin_id }) => `${plugin.kind} ${plugin_id}`));
    return live === undefined ? '–' : `${versions.size}${hasNextPage ? '+' : ''}`;
  };
  return (
    <Figures>
      <Figure name="Live versions affected">{count(() => true)}</Figure>
      <Figure name="Critical or unknown">
        {count(({ advisory: { severity } }) => severity === null || severity === 'critical')}
      </Figure>
      <Figure name="Code that is reached">{count(({ reach }) => reach === 'symbol')}</Figure>
      <Figure name="Fixed in a newer package">{count(isFixable)}</Figure>
    </Figures>
  );
}

function AdvisoryFilters() {
  const { live, plugin, severity } = useSearch({ from: '/signed-in/advisories' });
  const navigate = useNavigate({ from: '/advisories' });
  const change = (changed: { live?: true | undefined; plugin?: string | undefined; severity?: typeof severity }) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  return (
    <search className="filters">
      <FilterSelect
        label="Versions"
        all="all"
        values={['live']}
        value={live ? 'live' : undefined}
        choose={(chosen) => change({ live: chosen && true })}
      />
      <FilterSelect
        label="Severity"
        all="any"
        values={severities}
        value={severity}
        textOf={(one) => (one === 'critical' ? one : `${one} and above`)}
        choose={(chosen) => change({ severity: chosen })}
      />
      <SearchField label="Plugin" placeholder="any" isChip value={plugin} change={(name) => change({ plugin: name })} />
    </search>
  );
}

const tones: Record<NonNullable<Affected['advisory']['severity']>, Tone> = {
  critical: 'bad',
  high: 'bad',
  medium: 'warning',
  low: 'quiet',
};

const reachWords: Record<Affected['reach'], string> = {
  symbol: 'yes',
  package: 'its package',
  none: 'no',
  unknown: 'not analyzed',
};

const columns: Column<Affected>[] = [
  {
    id: 'plugin',
    title: 'Version',
    sortBy: ({ plugin }) => plugin.name,
    cell: (affected) => <AffectedVersion {...affected} />,
  },
  {
    id: 'severity',
    title: 'Severity',
    cell: ({ advisory: { severity } }) => (
      <Status tone={severity === null ? 'bad' : tones[severity]}>{severity ?? 'unknown'}</Status>
    ),
  },
  {
    id: 'advisory',
    title: 'Advisory',
    kind: 'varies',
    cell: ({ advisory: { advisory_id, aliases, summary } }) => (
      <>
        <a href={`https://osv.dev/vulnerability/${encodeURIComponent(advisory_id)}`} rel="noreferrer">
          <code>{visible(advisory_id)}</code>
        </a>{' '}
        <span className="quiet">{visible([summary, ...aliases].filter(Boolean).join(' · '))}</span>
      </>
    ),
  },
  {
    id: 'package',
    title: 'Package',
    kind: 'name',
    sortBy: ({ package: { name } }) => name,
    cell: (affected) => (
      <>
        {visible(`${affected.package.name} ${affected.package.version}`)}{' '}
        <span className="quiet">{fixOf(affected)}</span>
      </>
    ),
  },
  { id: 'reach', title: 'Reached', hidden: 'below-900', cell: ({ reach }) => reachWords[reach] },
  {
    id: 'live',
    title: 'Deployed in',
    kind: 'name',
    hidden: 'below-600',
    cell: ({ live }) => <LivePlaces live={live} />,
  },
];

function AffectedVersion(affected: Affected) {
  const { live, namespace_id: owner, plugin, version } = affected;
  const namespace = live[0]?.namespace_id ?? owner;
  const isExtractor = plugin.kind === 'extractor';
  return (
    <>
      {namespace === null ? plugin.name : <PluginLink namespace={namespace} plugin={plugin} />}{' '}
      {namespace !== null && isExtractor ? (
        <Link to="/n/$namespace/plugins/$name/versions/$version" params={{ namespace, name: plugin.name, version }}>
          <code>{visible(version)}</code>
        </Link>
      ) : (
        <code>{visible(version)}</code>
      )}{' '}
      {owner !== null && isExtractor && isFixable(affected) && (
        <Suspense>
          <Relock namespace={owner} name={plugin.name} version={version} />
        </Suspense>
      )}
    </>
  );
}

function isFixable({ fixed_in, verdict }: Affected): boolean {
  return verdict === 'affected' && fixed_in !== null;
}

function LivePlaces({ live }: Pick<Affected, 'live'>) {
  if (live.length === 0) return <span className="quiet">nowhere</span>;
  return live.map(({ deployment_id, namespace_id, namespace_name }, i) => (
    <span key={deployment_id}>
      {i > 0 && ', '}
      <Link
        to="/n/$namespace/deployments/$deployment"
        params={{ namespace: namespace_id, deployment: deployment_id }}
        search={{}}
      >
        {visible(namespace_name)}
      </Link>
    </span>
  ));
}

function fixOf({ fixed_in, verdict }: Affected): string {
  if (verdict === 'unknown') return 'fix unknown: not comparable';
  return fixed_in === null ? 'no known fix' : `fixed in ${visible(fixed_in)}`;
}
