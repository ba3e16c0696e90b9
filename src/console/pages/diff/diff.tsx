// The changes between two versions, file by file.
import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { diffQuery, versionsQuery } from '../../data/queries.ts';
import { TextChanges } from '../../parts/code/text-changes.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Findings } from '../versions/finding.tsx';
import { FileDiff } from './diff-file.tsx';
import { DiffSummary } from './diff-summary.tsx';

const route = '/signed-in/n/$namespace/plugins/$name/diff';

export function DiffPage() {
  const { namespace, name } = useParams({ from: route });
  const { from, to } = useSearch({ from: route });
  const { data } = useSuspenseQuery(diffQuery(namespace, { slug: name, v1: from, v2: to }));
  return (
    <>
      <PageHead
        title={`${name} ${from} to ${to}`}
        actions={<VersionPickers namespace={namespace} name={name} from={from} to={to} />}
      />
      <Changes diff={data} />
      <AsCommand
        cli={`slipway diff ${name} ${from} ${to}`}
        path={`/v1/namespaces/${namespace}/plugins/by-name/${name}/diff?v1=${from}&v2=${to}`}
      />
    </>
  );
}

/** Shows a summary, then each finding and each file. */
export function Changes({ diff }: { diff: Schemas['PluginDiff'] }) {
  const { introduced, fixed } = diff.findings;
  return (
    <>
      <DiffSummary diff={diff} />
      <TextChanges changes={diff.descriptions} />
      {introduced.length > 0 && (
        <section>
          <h2>Findings introduced</h2>
          <Findings findings={introduced} />
        </section>
      )}
      {fixed.length > 0 && (
        <section>
          <h2>Findings fixed</h2>
          <Findings findings={fixed} />
        </section>
      )}
      {diff.files.map((file) => (
        <FileDiff key={file.path} file={file} />
      ))}
    </>
  );
}

interface PickerProps {
  namespace: string;
  name: string;
  from: string;
  to: string;
}

function VersionPickers({ namespace, name, from, to }: PickerProps) {
  const { data } = useSuspenseQuery(versionsQuery(namespace, name));
  const navigate = useNavigate({ from: '/n/$namespace/plugins/$name/diff' });
  const choose = (chosen: { from: string; to: string }) => void navigate({ search: chosen });
  const options = data.results.map(({ version }) => <option key={version}>{version}</option>);
  return (
    <>
      <label className="chip">
        From:
        <select value={from} onChange={(event) => choose({ from: event.target.value, to })}>
          {options}
        </select>
      </label>
      <label className="chip">
        To:
        <select value={to} onChange={(event) => choose({ from, to: event.target.value })}>
          {options}
        </select>
      </label>
      <button type="button" onClick={() => choose({ from: to, to: from })}>
        Swap
      </button>
    </>
  );
}
