// The scan policy: the level for new versions, and what a different level would change.
import { useInfiniteQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type Level, policyQuery, previewQuery } from '../../data/access-queries.ts';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { FilterSelect } from '../../parts/filters/filter-select.tsx';
import { ActionForm } from '../../parts/form.tsx';
import { Fact, PageHead } from '../../parts/page-head.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { Verdict } from '../../parts/status.tsx';
import { type Column, MoreRows, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { say } from '../../parts/toasts/toasts.tsx';

type Policy = Schemas['ScanPolicy'];

export function PolicyPage() {
  const { data: policy } = useSuspenseQuery(policyQuery);
  const { preview } = useSearch({ from: '/signed-in/policy' });
  const navigate = useNavigate({ from: '/policy' });
  return (
    <>
      <PageHead title="Scan policy">
        <span className="kind">{policy.level}</span>
      </PageHead>
      <p className="quiet">
        A level is a set of rules. Organizations start with <code>seed</code>, which forbids code that reaches beyond
        the plugin; <code>strict</code> has more rules.
      </p>
      <PolicyFacts policy={policy} />
      <h2>Try another level</h2>
      <p>
        Scans every published version at the level, without storing anything, and lists those that would get a different
        verdict.
      </p>
      <search className="filters">
        <FilterSelect
          label="Level"
          all="none chosen"
          values={policy.levels}
          value={preview}
          choose={(preview) => void navigate({ search: { preview }, replace: true })}
        />
      </search>
      {preview === undefined ? null : <Preview key={preview} policy={policy} level={preview} />}
      {preview === undefined ? (
        <AsCommand cli="slipway policy show" path="/v1/scan-policy" />
      ) : (
        <AsCommand
          cli={`slipway policy preview --level ${preview}`}
          path="/v1/scan-policy/preview"
          method="POST"
          body={{ level: preview }}
        />
      )}
    </>
  );
}

function PolicyFacts({ policy }: { policy: Policy }) {
  const { policy_version, thresholds, updated_at, updated_by, versions_to_judge } = policy;
  return (
    <dl className="facts">
      <Fact name="Rules">version {policy_version}</Fact>
      <Fact name="Rejects">a finding with severity {thresholds.reject} that is not waived</Fact>
      <Fact name="Set">
        {updated_at === null ? (
          'never: it is the default'
        ) : (
          <>
            <Time at={updated_at} />{' '}
            {updated_by && (
              <>
                by <Actor actor={updated_by} />
              </>
            )}
          </>
        )}
      </Fact>
      <Fact name="Published versions left to scan">{versions_to_judge}</Fact>
    </dl>
  );
}

function Preview({ policy, level }: { policy: Policy; level: Level }) {
  const query = useInfiniteQuery(previewQuery(level));
  const rows = query.data?.pages.flatMap(({ results }) => results);
  const examined = query.data?.pages.reduce((sum, page) => sum + page.examined, 0) ?? 0;
  if (query.error) return <PageError error={query.error} />;
  return (
    <>
      {rows && (
        <p role="status">
          {changesOf(rows.length)} among the {examined} versions examined so far.
        </p>
      )}
      {rows?.length !== 0 && <PreviewTable rows={rows} />}
      <MoreRows query={query} />
      {level !== policy.level && rows && <SetLevel level={level} />}
    </>
  );
}

type Changed = Schemas['PolicyPreviewResult'];

const previewColumns: Column<Changed>[] = [
  {
    id: 'version',
    title: 'Version',
    sortBy: ({ name, version }) => `${name} ${version}`,
    cell: ({ name, version, namespace_id: namespace }) =>
      namespace === null ? (
        `${name} ${version}`
      ) : (
        <Link to="/n/$namespace/plugins/$name/versions/$version" params={{ namespace, name, version }}>
          {name} {version}
        </Link>
      ),
  },
  { id: 'from', title: 'Now', sortBy: ({ from }) => from, cell: ({ from }) => <Verdict verdict={from} /> },
  {
    id: 'to',
    title: 'Then',
    sortBy: ({ to }) => to,
    cell: ({ to }) => (to === null ? 'takes too long for a preview' : <Verdict verdict={to} />),
  },
  {
    id: 'rules',
    title: 'Rejected by',
    kind: 'varies',
    hidden: 'below-600',
    cell: ({ rules }) => rules.join(', '),
  },
  {
    id: 'introduced',
    title: 'New findings',
    kind: 'figure',
    hidden: 'below-600',
    sortBy: ({ introduced }) => introduced,
    cell: ({ introduced }) => introduced,
  },
];

function PreviewTable({ rows }: { rows: Changed[] | undefined }) {
  return (
    <Table
      caption="Versions with a different verdict"
      columns={previewColumns}
      rows={rows}
      keyOf={({ namespace_id, plugin_id }) => `${namespace_id} ${plugin_id}`}
    />
  );
}

function SetLevel({ level }: { level: Level }) {
  const queries = useQueryClient();
  const done = async () => {
    await queries.invalidateQueries({ queryKey: ['policy'] });
    say(`The level is ${level}. Published versions are scanned again.`, { to: { to: '/events' }, text: 'Events' });
  };
  return (
    <ActionForm
      submit={`Set the level to ${level}`}
      act={() => api.put('/v1/scan-policy', { body: { level } })}
      done={done}
      command={() => ({
        cli: slipway(['policy', 'set', level]),
        path: '/v1/scan-policy',
        method: 'PUT',
        body: { level },
      })}
    >
      <p>
        Versions that would be rejected can no longer be deployed. Live versions stay live. Setting the previous level
        again undoes this.
      </p>
    </ActionForm>
  );
}

function changesOf(verdicts: number): string {
  if (verdicts === 0) return 'No verdict changes';
  return verdicts === 1 ? '1 verdict changes' : `${verdicts} verdicts change`;
}
