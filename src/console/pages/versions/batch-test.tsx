// Runs rows through a version's batch steps and shows each resulting row. Stores nothing.
import { useState } from 'react';
import { z } from 'zod/mini';
import type { WithTexts } from '../../../client/answer-texts.ts';
import type { Options } from '../../../client/operations.ts';
import { JsonText, writeJson } from '../../../core/json/text.ts';
import { compactJson, indentedJson, isJsonArray, readJsonTree } from '../../../core/json/tree.ts';
import { formatPluginId } from '../../../core/plugin-id.ts';
import { formatDuration } from '../../../core/quantities.ts';
import { api, type Schemas } from '../../data/api.ts';
import { counted } from '../../data/counted.ts';
import { slipway } from '../../data/shell.ts';
import { JsonField, jsonTextIn } from '../../parts/actions/json-field.tsx';
import { ActionForm, readText } from '../../parts/form.tsx';
import { LogLine } from '../../parts/log-line.tsx';
import { ByPlace } from '../../parts/plugins/by-place.tsx';
import { Status } from '../../parts/status.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Props {
  namespace: string;
  name: string;
  version: string;
  close: () => void;
}

const route = '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/batch/test';
type BatchAnswer = WithTexts<Schemas['BatchAnswer'], 'rows.*'>;

const jsonObject = z.record(z.string(), z.unknown());
const rows = z.array(jsonObject).check(z.minLength(1), z.maxLength(1000));

export default function BatchTest({ namespace, name, version, close }: Props) {
  const [answer, setAnswer] = useState<BatchAnswer>();
  const path = { namespace_id: namespace, plugin_id: formatPluginId(name, version) };
  const run = (form: FormData) =>
    api.exact('post', route, 'rows.*', { path, body: batchIn(form), idempotencyKey: false });
  return (
    <>
      <ActionForm
        submit="Run"
        busy="Running…"
        act={run}
        done={setAnswer}
        cancel={close}
        command={(form) => ({
          cli: slipway(['batch', 'test', `${name}@${version}`], {
            rows: 'rows.json',
            parameters: readText(form, 'parameters') || undefined,
            namespace,
          }),
          path: `/v1/namespaces/${namespace}/plugins/${path.plugin_id}/batch/test`,
          method: 'POST',
          body: batchIn(form),
        })}
      >
        <JsonField
          name="rows"
          label="Rows as JSON"
          hint="Up to 1,000 rows."
          value={'[{ "data": "A text" }]'}
          rows={6}
          isRequired
          schema={rows}
          problem="Use a list of 1 to 1,000 JSON objects."
        />
        <JsonField
          name="parameters"
          label="Parameters as JSON"
          hint="If empty, uses the deployment's parameters."
          rows={2}
          schema={jsonObject}
          problem="Use a JSON object."
        />
      </ActionForm>
      <div aria-live="polite">{answer && <Answer answer={answer} />}</div>
    </>
  );
}

function batchIn(form: FormData): Options<typeof route, 'post'>['body'] {
  const parameters = jsonTextIn(form, 'parameters', jsonObject);
  const list = readJsonTree(jsonTextIn(form, 'rows', rows)?.text ?? '[]');
  return {
    rows: isJsonArray(list) ? list.map((row) => new JsonText(compactJson(row))) : [],
    ...(parameters && { parameters }),
  };
}

function Answer({ answer }: { answer: BatchAnswer }) {
  const { duration_ms, error, logs, message, row_errors, rows, status, steps } = answer;
  return (
    <section aria-label="Answer">
      <p>
        <Status tone={status === 'success' ? 'good' : 'bad'}>{visible(message)}</Status> in{' '}
        {formatDuration(duration_ms)}
        {steps !== null && `, ${counted(steps, 'step')}`}
      </p>
      {error !== null && <p className="problem">{visible(error)}</p>}
      {row_errors.length > 0 && (
        <ul>
          {row_errors.map(({ index, message }) => (
            <li key={`${index} ${message}`}>
              Row {index + 1}: {visible(message)}
            </li>
          ))}
        </ul>
      )}
      <pre className="code">{visible(indentedJson(readJsonTree(writeJson(rows))))}</pre>
      {logs.length > 0 && (
        <pre className="code log">
          <ByPlace items={logs}>{(line) => <LogLine {...line} />}</ByPlace>
        </pre>
      )}
    </section>
  );
}
