// A deploy hook: what it deploys, its pushes, and the outcome of each push.
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { pushStates } from '../../../contract/features/deploy-hooks/states.ts';
import type { Schemas } from '../../data/api.ts';
import { statusColumn, timeColumn } from '../../parts/columns.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { Fact, PageHead } from '../../parts/page-head.tsx';
import { StatusFilter } from '../../parts/resource-page.tsx';
import { type Column, MoreRows, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { HookActions, HookEnds } from './hook-actions.tsx';
import { actionTexts, describeRefs, HookStatus } from './hooks.tsx';
import { hookQuery, pushesQuery } from './queries.ts';

type Hook = Schemas['DeployHook'];
type Push = Schemas['HookDelivery'];

export function HookPage() {
  const { hook: id } = useParams({ from: '/signed-in/deploy-hooks/$hook' });
  const { data: hook } = useSuspenseQuery(hookQuery(id));
  return (
    <>
      <PageHead title={`Pushes to ${hook.plugin}`} actions={<HookActions hook={hook} />}>
        <HookStatus status={hook.status} />
        <span className="kind">{hook.kind}</span>
      </PageHead>
      <HookFacts hook={hook} />
      <Pushes hook={hook} />
      <HookEnds hook={hook} />
    </>
  );
}

function HookFacts({ hook }: { hook: Hook }) {
  const { action, description, path, previous_secret_until, reports_status, repository, url } = hook;
  return (
    <dl className="facts">
      <Fact name="URL">
        <Copyable text={url} />
      </Fact>
      <Fact name="Repository">{path === null ? repository : `${repository}, folder ${path}`}</Fact>
      <Fact name="Branches and tags">{describeRefs(hook)}</Fact>
      <Fact name="A push">{actionTexts[action]}</Fact>
      <Fact name="Commit statuses">{reports_status ? 'reported to GitHub' : 'not reported'}</Fact>
      {previous_secret_until !== null && (
        <Fact name="The previous secret is accepted until">
          <Time at={previous_secret_until} />
        </Fact>
      )}
      {description !== null && <Fact name="Description">{description}</Fact>}
    </dl>
  );
}

function Pushes({ hook: { hook_id, namespace_id } }: { hook: Hook }) {
  const { status } = useSearch({ from: '/signed-in/deploy-hooks/$hook' });
  const query = useInfiniteQuery(pushesQuery(hook_id, status));
  if (query.error && !query.data) throw query.error;
  const pushes = query.data?.pages.flatMap(({ results }) => results);
  return (
    <>
      <h2>Pushes</h2>
      <StatusFilter values={pushStates} />
      {pushes?.length === 0 ? (
        <p>No push {status === undefined ? 'has arrived yet' : 'has this status'}.</p>
      ) : (
        <Table
          caption="Pushes, newest first"
          columns={columnsIn(namespace_id)}
          rows={pushes}
          keyOf={({ delivery_id }) => delivery_id}
        />
      )}
      <MoreRows query={query} />
      <AsCommand
        cli={`slipway hooks deliveries ${hook_id}`}
        path={`/v1/deploy-hooks/${hook_id}/deliveries`}
        query={{ status }}
      />
    </>
  );
}

function columnsIn(namespace: string | null): Column<Push>[] {
  return [
    {
      id: 'ref',
      title: 'Pushed',
      cell: ({ commit, event, ref }) => (
        <>
          {ref?.replace(/^refs\/(?:heads|tags)\//, '') ?? event} {commit !== null && <code>{commit.slice(0, 12)}</code>}
        </>
      ),
    },
    statusColumn({
      queued: 'busy',
      running: 'busy',
      deploying: 'busy',
      live: 'good',
      published: 'good',
      failed: 'bad',
      superseded: 'quiet',
      ignored: 'quiet',
    }),
    {
      id: 'message',
      title: 'Why',
      kind: 'varies',
      hidden: 'below-600',
      cell: ({ deployment_id, message }) =>
        deployment_id === null || namespace === null ? (
          message
        ) : (
          <>
            {message}{' '}
            <Link to="/n/$namespace/deployments/$deployment" params={{ namespace, deployment: deployment_id }}>
              Deployment
            </Link>
          </>
        ),
    },
    timeColumn('received', 'Received', ({ received_at }) => received_at, 'below-600'),
  ];
}
