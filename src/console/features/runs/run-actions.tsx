// Run actions: save its output or errors, cancel it, and rerun failed rows.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { formatBytes } from '../../../core/quantities.ts';
import { api } from '../../data/api.ts';
import { ActionButton } from '../../parts/actions/action.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { type Run, runsKey } from './data/run-queries.ts';
import { isSavable, type ResultKind, saveResults } from './data/save-results.ts';
import { createRun, type RunRequest, runsPath } from './data/start-run.ts';

interface Props {
  namespace: string;
  run: Run;
}

export function RunActions({ namespace, run }: Props) {
  const { done, error_bytes, failed, output_bytes, run_id } = run;
  const isOver = run.ended_at !== null;
  return (
    <>
      {!isOver && <Cancel namespace={namespace} run={run} />}
      {isOver && failed > 0 && <RunAgain namespace={namespace} run={run} isMain={done > 0} />}
      {error_bytes > 0 && <Save namespace={namespace} run={run_id} kind="errors" bytes={error_bytes} />}
      {output_bytes > 0 && <Save namespace={namespace} run={run_id} kind="output" bytes={output_bytes} />}
    </>
  );
}

function Cancel({ namespace, run: { run_id } }: Props) {
  const path = { namespace_id: namespace, run_id };
  return (
    <ActionButton
      label="Cancel"
      send={() => api.post('/v1/namespaces/{namespace_id}/runs/{run_id}/cancel', { path })}
      changes={[runsKey(namespace)]}
      said={() => 'The run is cancelled. Finished rows keep their results.'}
    />
  );
}

/**
 * Sends this run's parameters, which may differ from the deployment's. If every row failed, a rerun would fail too unless the plugin
 * changed.
 */
function RunAgain({ namespace, run, isMain }: Props & { isMain: boolean }) {
  const { failed, name, version } = run;
  const rows = failed === 1 ? 'the failed row' : `${failed.toLocaleString('en')} failed rows`;
  return (
    <ActionButton
      label={`Run ${rows} again`}
      isMain={isMain}
      send={() => createRun({ namespace, name, version }, againRequest(run))}
      changes={[runsKey(namespace)]}
      goTo={(made) => ({ to: '/n/$namespace/runs/$run', params: { namespace, run: made.run_id } })}
    />
  );
}

function againRequest({ max_parallel, parameters, run_id }: Run): RunRequest {
  return { input: { failed_of: run_id }, parameters, max_parallel };
}

interface SaveProps {
  namespace: string;
  run: string;
  kind: ResultKind;
  bytes: number;
}

/** Saves the rows finished so far if the run is still in progress. */
function Save({ namespace, run, kind, bytes }: SaveProps) {
  const [saved, setSaved] = useState(0);
  const save = useMutation({ mutationFn: () => saveResults(namespace, run, kind, setSaved) });
  if (!isSavable(bytes))
    return (
      <Copyable text={`slipway runs output ${run}${kind === 'errors' ? ' --errors' : ''} --output ${kind}.jsonl`} />
    );
  return (
    <>
      <button type="button" disabled={save.isPending} onClick={() => save.mutate()}>
        {save.isPending ? `Reading… ${formatBytes(saved)}` : `Download ${kind}`}
      </button>
      {save.error && <PageError error={save.error} />}
    </>
  );
}

/** Shows the buttons as commands. */
export function RunCommands({ namespace, run }: Props) {
  const { ended_at, error_bytes, failed, output_bytes, run_id } = run;
  const path = `/v1/namespaces/${namespace}/runs/${run_id}`;
  return (
    <>
      {ended_at === null && (
        <AsCommand
          of="Cancel as a command"
          cli={`slipway runs cancel ${run_id}`}
          path={`${path}/cancel`}
          method="POST"
        />
      )}
      {ended_at !== null && failed > 0 && (
        <AsCommand
          of="Run again as a command"
          cli={`slipway runs retry ${run_id}`}
          path={runsPath({ namespace, ...run })}
          method="POST"
          body={againRequest(run)}
        />
      )}
      {error_bytes > 0 && (
        <AsCommand
          of="Download errors as a command"
          cli={`slipway runs output ${run_id} --errors`}
          path={`${path}/errors`}
        />
      )}
      {output_bytes > 0 && (
        <AsCommand of="Download output as a command" cli={`slipway runs output ${run_id}`} path={`${path}/output`} />
      )}
    </>
  );
}
