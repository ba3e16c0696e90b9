// Calls a Go plugin: a pipeline plugin's action or a storage plugin's operation.
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import type { WithTexts } from '../../../client/answer-texts.ts';
import { type GoKind, goSurfaces } from '../../../contract/plugin/go-kinds.ts';
import { JsonText } from '../../../core/json/text.ts';
import { formatDuration } from '../../../core/quantities.ts';
import { api, type Schemas } from '../../data/api.ts';
import { readObject } from '../../data/calls/call-input.ts';
import { actionFields } from '../../data/calls/go-parameters.ts';
import { goPluginQuery, parseGoKind } from '../../data/other-kinds.ts';
import { useTitle } from '../../parts/page-head.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { visible } from '../../parts/visible-text.ts';
import { AnswerJson } from '../playground/answer-json.tsx';
import { ObjectEditor } from '../playground/playground-input.tsx';

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

export function GoPlaygroundPage() {
  const { name, ...params } = useParams({ from: '/signed-in/n/$namespace/go/$kind/$name/playground' });
  const kind = parseGoKind(params.kind);
  const { data: plugin } = useSuspenseQuery(goPluginQuery(kind, name));
  useTitle(`${name}: playground`);
  if (plugin.sha256 === null) return <p className="quiet">It is not built yet.</p>;
  return <GoCall kind={kind} plugin={plugin} />;
}

function GoCall({ kind, plugin }: { kind: GoKind; plugin: Schemas['GoPlugin'] }) {
  const { name } = plugin;
  const declared = plugin.plugin_definition?.actions ?? [];
  const actions = kind === 'storage' ? storageOperations : declared.map((one) => one.name);
  const [action, setAction] = useState(actions[0] ?? '');
  const [text, setText] = useState('{}');
  const isObject = readObject(text) !== undefined;
  const queries = useQueryClient();
  const call = useMutation({
    mutationFn: async (params: JsonText) => {
      const startedAt = performance.now();
      const body = kind === 'pipeline' ? { method: 'execute', params: { action, params } } : { method: action, params };
      const options = { path: { name }, body, idempotencyKey: false } as const;
      const answer = await api.exact('post', `${goSurfaces[kind]}/{name}/call`, 'result', options);
      return { answer, tookMs: performance.now() - startedAt };
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['go', kind, name] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isObject) call.mutate(new JsonText(text));
  };
  const chosen = declared.find((one) => one.name === action);
  return (
    <div className="playground">
      <form className="panel" aria-label="Inputs" onSubmit={submit}>
        <ActionInput kind={kind} actions={actions} value={action} change={setAction} />
        {chosen?.description && <p className="quiet">{visible(chosen.description)}</p>}
        <ObjectEditor label="Parameters" fields={actionFields(chosen)} text={text} change={setText} />
        <p className="actions">
          <button type="submit" className="primary" disabled={call.isPending || !isObject}>
            {call.isPending ? 'Calling…' : 'Call'}
          </button>
        </p>
      </form>
      <section className="panel" aria-label="Answers">
        {call.isIdle && <p className="quiet">The response appears here, with its duration.</p>}
        <div aria-live="polite">{call.data && <p>Answered in {formatDuration(call.data.tookMs)}.</p>}</div>
        {call.data && <GoAnswer answer={call.data.answer} />}
        {call.error && <PageError error={call.error} />}
      </section>
    </div>
  );
}

interface ActionProps {
  kind: GoKind;
  /** Suggestions only: a plugin may have undeclared actions. */
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
  return <AnswerJson value={answer.result ?? null} />;
}
