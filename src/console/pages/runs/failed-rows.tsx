// The first rows that failed, with the reason and the row.
import { useQuery } from '@tanstack/react-query';
import { compactJson, decodeString, isJsonString, readJsonTree } from '../../../core/json/tree.ts';
import { errorsShown, type FailedRow, failedRowsQuery, type Run } from '../../data/runs/run-queries.ts';
import { PageError } from '../../parts/page-states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';

/** A row may have a megabyte. */
const shownChars = 300;

const columns: Column<FailedRow>[] = [
  { id: 'row', title: 'Row, from 0', kind: 'figure', cell: ({ row }) => row.toLocaleString('en') },
  { id: 'why', title: 'Why', kind: 'varies', cell: ({ error }) => <span className="problem">{visible(error)}</span> },
  {
    id: 'input',
    title: 'Input',
    kind: 'varies',
    hidden: 'below-600',
    cell: ({ input }) => <code>{visible(shortened(input))}</code>,
  },
];

/** A line that is no JSON is a string. */
function shortened(input: FailedRow['input']): string {
  if (input === undefined || input.text === 'null') return 'too long to be kept';
  const tree = readJsonTree(input.text);
  const text = isJsonString(tree) ? decodeString(tree) : compactJson(tree);
  return text.length <= shownChars ? text : `${text.slice(0, shownChars)}…`;
}

export function FailedRows({ namespace, run: { ended_at, failed, run_id } }: { namespace: string; run: Run }) {
  const { data, error, refetch } = useQuery(failedRowsQuery(namespace, run_id, ended_at !== null));
  const text =
    failed > errorsShown ? `First ${errorsShown} of ${failed.toLocaleString('en')} failed rows` : 'Failed rows';
  return (
    <section aria-labelledby="failed-rows">
      <h2 id="failed-rows">{text}</h2>
      {error && !data ? (
        <PageError error={error} retry={() => void refetch()} />
      ) : (
        <Table caption={text} columns={columns} rows={data} keyOf={({ row }) => String(row)} />
      )}
    </section>
  );
}
