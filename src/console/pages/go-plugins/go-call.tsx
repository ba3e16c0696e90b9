// Calls a Go plugin: an action of a pipeline plugin, or an operation of a storage plugin.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { WithTexts } from '../../../client/answer-texts.ts';
import { JsonText, jsonNull } from '../../../core/json/text.ts';
import { indentedJson, readJsonTree } from '../../../core/json/tree.ts';
import { api, type Schemas } from '../../data/api.ts';
import { readObject } from '../../data/calls/call-input.ts';
import { type GoKind, surfaces } from '../../data/other-kinds.ts';
import { PageError } from '../../parts/page-states.tsx';
import { duration } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { parseJson } from '../playground/schema-form.tsx';

const storageOperations = [
  'health',
  'initialize',
  'create_schema',
  'store',
  'retrieve',
  'update',
  'delete',
  'metadata',
];

export function GoCall({ kind, plugin }: { kind: GoKind; plugin: Schemas['GoPlugin'] }) {
  const { name } = plugin;
  const id = useId();
  const declared = plugin.plugin_definition?.actions?.map((action) => action.name) ?? [];
  const actions = kind === 'storage' ? storageOperations : declared;
  const [action, setAction] = useState(actions[0] ?? '');
  const [text, setText] = useState('{}');
  const parsed = parseJson(text);
  const isObject = readObject(text) !== undefined;
  const queries = useQueryClient();
  const call = useMutation({
    mutationFn: async (params: JsonText) => {
      const startedAt = performance.now();
      const body = kind === 'pipeline' ? { method: 'execute', params: { action, params } } : { method: action, params };
      const options = { path: { name }, body, idempotencyKey: false } as const;
      const answer = await api.exact('post', `${surfaces[kind]}/{name}/call`, 'result', options);
      return { answer, tookMs: performance.now() - startedAt };
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['go', kind, name] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isObject) call.mutate(new JsonText(text));
  };
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>Call</h2>
      <form onSubmit={submit}>
        <ActionInput kind={kind} actions={actions} value={action} change={setAction} />
        <label htmlFor={`${id}-params`}>Parameters as JSON</label>
        <textarea
          id={`${id}-params`}
          className="json"
          rows={4}
          value={text}
          aria-invalid={!isObject}
          onChange={(event) => setText(event.target.value)}
        />
        {!isObject && <p className="problem">{parsed.ok ? 'Use a JSON object.' : parsed.message}</p>}
        <p className="actions">
          <button type="submit" className="primary" disabled={call.isPending || !isObject}>
            {call.isPending ? 'Calling…' : 'Call'}
          </button>
        </p>
      </form>
      <div aria-live="polite">{call.data && <p>Answered in {duration(call.data.tookMs)}.</p>}</div>
      {call.data && <GoAnswer answer={call.data.answer} />}
      {call.error && <PageError error={call.error} />}
    </section>
  );
}

interface ActionProps {
  kind: GoKind;
  /** Suggestions: a plugin may have actions that it does not declare. */
  actions: string[];
  value: string;
  change: (action: string) => void;
}

function ActionInput({ kind, actions, value, change }: ActionProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{kind === 'pipeline' ? 'Action' : 'Operation'}</label>
      <input id={id} list={`${id}-actions`} required value={value} onChange={(event) => change(event.target.value)} />
      <datalist id={`${id}-actions`}>
        {actions.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  );
}

function GoAnswer({ answer }: { answer: WithTexts<Schemas['GoPluginAnswer'], 'result'> }) {
  if (answer.error)
    return (
      <>
        <p className="problem">{visible(`${answer.error.code}: ${answer.error.message}`)}</p>
        {answer.error.stack !== undefined && <pre className="code">{visible(answer.error.stack)}</pre>}
      </>
    );
  return (
    <section aria-label="Answer">
      <pre className="code">{visible(indentedJson(readJsonTree((answer.result ?? jsonNull).text)))}</pre>
    </section>
  );
}
