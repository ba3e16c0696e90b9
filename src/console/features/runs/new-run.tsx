// Starts a run with a file or pasted rows, then opens the run's page.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod/mini';
import { runLimits } from '../../../contract/limits/batches.ts';
import { fileFormat } from '../../../contract/runs/file-format.ts';
import { type Separator, separators } from '../../../contract/runs/records.ts';
import { formatProgress } from '../../../core/quantities.ts';
import { slipway } from '../../data/shell.ts';
import { JsonField, jsonTextIn } from '../../parts/actions/json-field.tsx';
import type { SameAs } from '../../parts/copyable.tsx';
import { AreaField, type Choice, SelectField, sameTexts, TextField } from '../../parts/fields.tsx';
import { ActionForm, readText } from '../../parts/form.tsx';
import { pastedRows } from './data/pasted-rows.ts';
import { runsKey } from './data/run-queries.ts';
import { createRun, type RunRequest, runsPath, sendInput } from './data/start-run.ts';

interface Props {
  namespace: string;
  name: string;
  /** Deployed versions, most recently deployed first. */
  versions: readonly string[];
  close: () => void;
}

const sources = { file: 'A file', pasted: 'Pasted rows' } as const;
type Source = keyof typeof sources;
const sourceNames = ['file', 'pasted'] as const satisfies readonly Source[];

const separatorNames: Record<Separator, string> = { ',': 'Commas', ';': 'Semicolons', '\t': 'Tabs', '|': 'Bars' };
const separatorChoices: Choice[] = [
  ['', 'As in its header'],
  ...separators.map((separator): Choice => [separator, separatorNames[separator]]),
];

/** State of the form that its fields do not hold. */
interface Chosen {
  source: Source;
  separator: Separator | undefined;
}

const parameters = z.record(z.string(), z.unknown());

export default function NewRun({ namespace, name, versions, close }: Props) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [source, setSource] = useState<Source>('file');
  const [separator, setSeparator] = useState<Separator>();
  const [sent, setSent] = useState<{ bytes: number; of: number }>();
  const start = async (form: FormData) => {
    const run = await createRun(
      { namespace, name, version: readText(form, 'version') },
      requestIn(form, { source, separator }),
    );
    const file = form.get('file');
    if (source === 'file' && file instanceof File)
      await sendInput(namespace, run, file, (bytes) => setSent({ bytes, of: file.size }));
    return run;
  };
  const done = async ({ run_id: run }: { run_id: string }) => {
    await queries.invalidateQueries({ queryKey: runsKey(namespace) });
    await navigate({ to: '/n/$namespace/runs/$run', params: { namespace, run } });
  };
  return (
    <ActionForm
      submit="Start"
      busy={source === 'file' ? 'Sending…' : 'Starting…'}
      act={start}
      done={done}
      cancel={close}
      command={(form) =>
        commandOf({ namespace, name, version: readText(form, 'version') }, form, { source, separator })
      }
    >
      <SelectField name="version" label="Version" choices={sameTexts(versions)} />
      <SourceChoice source={source} choose={setSource} />
      <SeparatorField separator={separator} choose={setSeparator} />
      {source === 'file' ? <FileField /> : <PasteField key={separator} separator={separator} />}
      <JsonField
        name="parameters"
        label="Parameters as JSON"
        hint="If empty, uses the deployment's parameters."
        rows={2}
        schema={parameters}
        problem="Use a JSON object."
      />
      <ProcessesField />
      {sent && (
        <progress max={sent.of} value={sent.bytes} aria-label="Sent">
          {formatProgress(sent.bytes, sent.of)}
        </progress>
      )}
    </ActionForm>
  );
}

function SourceChoice({ source, choose }: { source: Source; choose: (source: Source) => void }) {
  return (
    <fieldset>
      <legend>Rows</legend>
      {sourceNames.map((one) => (
        <label key={one} className="choice">
          <input type="radio" name="source" checked={one === source} onChange={() => choose(one)} /> {sources[one]}
        </label>
      ))}
    </fieldset>
  );
}

function SeparatorField({
  choose,
  separator,
}: {
  separator: Separator | undefined;
  choose: (one?: Separator) => void;
}) {
  return (
    <SelectField
      label="A CSV's separator"
      choices={separatorChoices}
      value={separator ?? ''}
      onChange={({ target }) => choose(separators.find((one) => one === target.value))}
    />
  );
}

function ProcessesField() {
  return (
    <TextField
      name="parallel"
      label="Processes"
      hint={`Number of parallel processes, up to ${runLimits.parallelMax}.`}
      type="number"
      required
      min={1}
      max={runLimits.parallelMax}
      defaultValue={runLimits.parallel}
    />
  );
}

function FileField() {
  const check = (input: HTMLInputElement) => {
    const isKnown = fileFormat(input.files?.[0]?.name ?? '') !== undefined;
    input.setCustomValidity(isKnown ? '' : 'Use a file that ends in .jsonl, .ndjson or .csv, optionally with .gz.');
  };
  return (
    <TextField
      name="file"
      label="File"
      hint=".jsonl or .csv with a header, optionally .gz: up to 5 GiB."
      type="file"
      required
      onChange={({ target }) => check(target)}
    />
  );
}

function PasteField({ separator }: { separator: Separator | undefined }) {
  const [found, setFound] = useState<ReturnType<typeof pastedRows>>();
  const check = (area: HTMLTextAreaElement) => {
    const pasted = pastedRows(area.value, separator);
    area.setCustomValidity('problem' in pasted ? pasted.problem : '');
    setFound(pasted);
  };
  return (
    <>
      <AreaField
        name="rows"
        label="JSON objects, one per line, or CSV with a header"
        className="json"
        rows={6}
        required
        spellCheck={false}
        placeholder={'{"data": "A text"}\n{"data": "Another one"}'}
        onInput={({ currentTarget }) => check(currentTarget)}
      />
      <p className={found && 'problem' in found ? 'problem' : 'quiet'} role="status">
        {found && ('problem' in found ? found.problem : `${countOf(found.rows.length)}, ${found.format.toUpperCase()}`)}
      </p>
    </>
  );
}

function countOf(rows: number): string {
  return rows === 1 ? '1 row' : `${rows.toLocaleString('en')} rows`;
}

function requestIn(form: FormData, chosen: Chosen): RunRequest {
  const given = jsonTextIn(form, 'parameters', parameters);
  return {
    input: inputIn(form, chosen),
    ...(given && { parameters: given }),
    max_parallel: Number(readText(form, 'parallel')) || runLimits.parallel,
  };
}

function inputIn(form: FormData, { separator, source }: Chosen): RunRequest['input'] {
  const file = form.get('file');
  if (source === 'file' && file instanceof File) {
    const format = fileFormat(file.name) ?? { format: 'jsonl' };
    return { ...format, ...(format.format === 'csv' && separator && { separator }), size_bytes: file.size };
  }
  const text = form.get('rows');
  const pasted = pastedRows(typeof text === 'string' ? text : '', separator);
  return { rows: 'rows' in pasted ? pasted.rows : [] };
}

/** The CLI only reads rows from a file. */
function commandOf(runnable: Parameters<typeof runsPath>[0], form: FormData, chosen: Chosen): SameAs {
  const file = form.get('file');
  const input = chosen.source === 'file' && file instanceof File && file.name !== '' ? file.name : 'rows.jsonl';
  return {
    cli: slipway(['run', `${runnable.name}@${runnable.version}`], {
      input,
      separator: chosen.separator,
      parameters: readText(form, 'parameters') || undefined,
      'max-parallel': readText(form, 'parallel'),
      namespace: runnable.namespace,
    }),
    path: runsPath(runnable),
    method: 'POST',
    body: requestIn(form, chosen),
  };
}
