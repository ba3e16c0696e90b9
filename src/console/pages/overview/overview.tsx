// Shows what needs the user in a namespace, its current failures, work in progress, today's deployments, and the fullest quotas.
import { useInfiniteQuery, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { quotasQuery } from '../../data/account-queries.ts';
import type { Schemas } from '../../data/api.ts';
import { failingPlugins } from '../../data/failing-plugins.ts';
import { needsQuery } from '../../data/needs.ts';
import { overviewHealth } from '../../data/overview-health.ts';
import { type PluginOverview, pluginOverviewsQuery } from '../../data/plugin-calls.ts';
import { deploymentsQuery, hasEnded } from '../../data/queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { errorShare, Figure, Figures } from '../../parts/figures.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { usePlugins } from '../../parts/plugins/use-plugins.ts';
import { Status } from '../../parts/status.tsx';
import { DeploymentTable } from '../deployments/deployment-table.tsx';
import { FullestQuotas } from '../organization/quota-bars.tsx';
import { CalledTable } from './called-table.tsx';
import { FailingTable } from './failing-table.tsx';
import { Needs } from './needs.tsx';

const quotasShown = 3;
const todayShown = 5;

export function OverviewPage() {
  const { namespace } = useParams({ from: '/signed-in/n/$namespace' });
  const { data: plugins } = useSuspenseQuery(pluginOverviewsQuery(namespace));
  const { plugins: listed, query } = usePlugins(namespace);
  const live = listed?.filter(({ state }) => state === 'live' || state === 'failing').length;
  const newest = useInfiniteQuery(deploymentsQuery(namespace, {})).data?.pages.flatMap(({ results }) => results);
  const failing = failingPlugins(plugins);
  const calls = countedCalls(plugins);
  const needs = useQuery(needsQuery(namespace));
  const health = overviewHealth({ live: live ?? 0, failing: failing.length, calls, attention: needs.data });
  const underWay = newest?.filter(({ status }) => !hasEnded(status)) ?? [];
  const today = newest?.filter(({ created_at }) => created_at >= startOfDay());
  return (
    <>
      <PageHead title="Overview">
        {live !== undefined && !needs.isPending && <Status tone={health.tone}>{health.text}</Status>}
      </PageHead>
      <Needs namespace={namespace} hasFailing={failing.length > 0} />
      {listed?.length === 0 && (
        <Empty command="slipway init my_plugin && slipway publish my_plugin">
          This namespace has no plugins yet. A plugin is a folder of Python with a manifest. To create and publish one:
        </Empty>
      )}
      <NamespaceFigures
        namespace={namespace}
        calls={calls}
        live={live}
        all={listed && `${listed.length}${query.hasNextPage ? '+' : ''}`}
        underWay={underWay.length}
        today={today}
      />
      {failing.length > 0 && (
        <section aria-labelledby="failing">
          <h2 id="failing">Failing now</h2>
          <FailingTable namespace={namespace} failing={failing} causes={causesOf(newest ?? [])} />
        </section>
      )}
      {underWay.length > 0 && (
        <section aria-labelledby="under-way">
          <h2 id="under-way">In progress</h2>
          <DeploymentTable namespace={namespace} deployments={underWay} caption="Deployments in progress" />
        </section>
      )}
      {plugins.some(({ state }) => state === 'live') && (
        <section aria-labelledby="called">
          <h2 id="called">Live plugins</h2>
          <CalledTable namespace={namespace} plugins={plugins} />
        </section>
      )}
      <Today namespace={namespace} deployments={today} />
      <Usage />
      <AsCommand cli="slipway overview" path={`/v1/namespaces/${namespace}/plugins/by-name`} />
    </>
  );
}

/** Returns the first line of each failed deployment's cause. */
function causesOf(deployments: readonly Schemas['DeploymentEntry'][]): Map<string, string> {
  return new Map(deployments.map(({ deployment_id, error }) => [deployment_id, error?.split('\n')[0] ?? '']));
}

/** Returns the start of the UTC day, which quotas also use. */
function startOfDay(): string {
  return new Date().toISOString().slice(0, 10);
}

interface FiguresProps {
  namespace: string;
  calls: DayCalls;
  /** Live plugins of every kind, and all plugins, as the page of plugins counts them. Undefined while loading. */
  live: number | undefined;
  all: string | undefined;
  underWay: number;
  /** Undefined while loading. */
  today: Schemas['DeploymentEntry'][] | undefined;
}

type DayCalls = Pick<PluginOverview, 'calls' | 'errors'>;

function countedCalls(plugins: readonly PluginOverview[]): DayCalls {
  const calls = plugins.reduce((sum, plugin) => sum + plugin.calls, 0);
  const errors = plugins.reduce((sum, plugin) => sum + plugin.errors, 0);
  return { calls, errors };
}

function NamespaceFigures({ namespace, calls: { calls, errors }, live, all, underWay, today = [] }: FiguresProps) {
  const failed = today.filter(({ status }) => status === 'failed').length;
  return (
    <Figures>
      <Figure name="Live plugins">
        {live ?? '–'} {all !== undefined && <small>of {all}</small>}
      </Figure>
      <Figure name="Calls, 24 h">{calls.toLocaleString('en')}</Figure>
      <Figure name="Errors, 24 h">
        {errorShare({ calls, errors })}{' '}
        <small>{errors === 1 ? '1 call' : `${errors.toLocaleString('en')} calls`}</small>{' '}
        {errors > 0 && (
          <Link
            to="/n/$namespace/logs"
            className="button small"
            params={{ namespace }}
            search={{ level: 'error' }}
            aria-label="Error log of failed calls"
          >
            Error log
          </Link>
        )}
      </Figure>
      <Figure name="Deployments today">
        {today.length}{' '}
        <small>
          {failed} failed{underWay > 0 && `, ${underWay} in progress`}
        </small>
      </Figure>
    </Figures>
  );
}

function Today({ namespace, deployments }: { namespace: string; deployments: FiguresProps['today'] }) {
  return (
    <section aria-labelledby="today">
      <div className="head">
        <h2 id="today" className="inline">
          Deployments today
        </h2>
        <div className="actions">
          <Link to="/n/$namespace/deployments" className="button small" params={{ namespace }} search={{}}>
            {deployments && deployments.length > todayShown
              ? `All ${deployments.length} from today`
              : 'All deployments'}
          </Link>
        </div>
      </div>
      {deployments?.length === 0 ? (
        <p className="quiet">No deployments today (UTC).</p>
      ) : (
        <DeploymentTable namespace={namespace} deployments={deployments?.slice(0, todayShown)} />
      )}
    </section>
  );
}

function Usage() {
  const { data } = useQuery(quotasQuery);
  return (
    <section aria-labelledby="usage">
      <div className="head">
        <h2 id="usage" className="inline">
          Usage
        </h2>
        <div className="actions">
          <Link to="/quotas" className="button small" search={{}}>
            All quotas
          </Link>
        </div>
      </div>
      {data && <FullestQuotas quotas={data.quotas} shownMax={quotasShown} />}
    </section>
  );
}
