// Why rows failed: the most common causes with their locations in the plugin, and the first failed rows with their reasons.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Cause } from '../../../contract/features/runs/run-causes.ts';
import { compactJson, decodeString, isJsonString, readJsonTree } from '../../../core/json/tree.ts';
import { PageError } from '../../parts/page-states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';
import { placeInPlugin, rowNumbering } from './data/failed-rows.ts';
import { errorsShown, type FailedRow, failedRowsQuery } from './data/failed-rows-query.ts';
import type { Run } from './data/run-queries.ts';

/** A row may have a megabyte of text. */
const shownChars = 300;

interface Props {
  namespace: string;
  run: Run;
}

export function FailedRows({ namespace, run }: Props) {
  const { ended_at, failed, input, run_id } = run;
  const { data, error, refetch } = useQuery(failedRowsQuery(namespace, run_id, ended_at !== null));
  if (error && !data) return <PageError error={error} retry={() => void refetch()} />;
  const numbering = rowNumbering(input);
  const text =
    failed > errorsShown ? `First ${errorsShown} of ${failed.toLocaleString('en')} failed rows` : 'Failed rows';
  return (
    <>
      {data && ended_at !== null && (
        <section aria-labelledby="causes">
          <h2 id="causes">Causes</h2>
          <Table
            caption="Causes, most common first"
            columns={causeColumns({ namespace, run })}
            rows={data.causes}
            keyOf={(cause) => cause.error}
          />
          {data.examined < failed && (
            <p className="quiet">By the first {data.examined.toLocaleString('en')} failed rows.</p>
          )}
          {data.columns.length > 0 && (
            <p>
              Columns of the rows: <code>{visible(data.columns.join(', '))}</code>
            </p>
          )}
        </section>
      )}
      <section aria-labelledby="failed-rows">
        <h2 id="failed-rows">{text}</h2>
        <Table caption={text} columns={rowColumns(numbering)} rows={data?.rows} keyOf={({ row }) => String(row)} />
        {numbering.note !== undefined && <p className="quiet">{numbering.note}</p>}
      </section>
    </>
  );
}

function causeColumns({ namespace, run }: Props): Column<Cause>[] {
  const numbering = rowNumbering(run.input);
  return [
    { id: 'rows', title: 'Rows', kind: 'figure', cell: ({ rows }) => rows.toLocaleString('en') },
    {
      id: 'cause',
      title: 'Cause',
      kind: 'varies',
      cell: ({ error }) => <span className="problem">{visible(error)}</span>,
    },
    { id: 'place', title: 'Source', cell: ({ error }) => <Place namespace={namespace} run={run} error={error} /> },
    {
      id: 'first',
      title: `First ${numbering.name.toLowerCase()}`,
      kind: 'figure',
      hidden: 'below-600',
      cell: ({ first }) => numbering.numberOf(first),
    },
  ];
}

/** Shows the plugin's line at which rows failed. */
function Place({ namespace, run: { name, version }, error }: Props & { error: string }) {
  const place = placeInPlugin(error);
  if (!place) return '–';
  return (
    <Link
      to="/n/$namespace/plugins/$name/versions/$version/source"
      className="mono"
      params={{ namespace, name, version }}
      search={{ file: place.file }}
      hash={`L${place.line}`}
    >
      {visible(`${place.file}:${place.line}`)}
    </Link>
  );
}

function rowColumns({ name, numberOf }: ReturnType<typeof rowNumbering>): Column<FailedRow>[] {
  return [
    { id: 'row', title: name, kind: 'figure', cell: ({ row }) => numberOf(row) },
    { id: 'why', title: 'Why', kind: 'varies', cell: ({ error }) => <span className="problem">{visible(error)}</span> },
    {
      id: 'input',
      title: 'Input',
      kind: 'varies',
      hidden: 'below-600',
      cell: ({ input }) => <code>{visible(shortened(input))}</code>,
    },
  ];
}

/** Returns the row's start. A row that isn't JSON arrives as a string. */
function shortened(input: FailedRow['input']): string {
  if (input === undefined || input.text === 'null') return 'too long to store';
  const tree = readJsonTree(input.text);
  const text = isJsonString(tree) ? decodeString(tree) : compactJson(tree);
  return text.length <= shownChars ? text : `${text.slice(0, shownChars)}…`;
}
