// Calls a plugin from the browser: one version, or two side by side with the same inputs.
import { usePrefetchQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { JsonText } from '../../../core/json/text.ts';
import { formatPluginId } from '../../../core/plugin-id.ts';
import { lazyPart } from '../../connection/load-code.ts';
import type { Schemas } from '../../data/api.ts';
import { type CallInput, readObject } from '../../data/calls/call-input.ts';
import { useExamples } from '../../data/calls/examples.ts';
import type { PlaygroundCall } from '../../data/calls/realtime-call.ts';
import { type AnswerMode, answerModes, answerNames } from '../../data/calls/realtime-call.ts';
import { sourceQuery, versionQuery, versionsQuery } from '../../data/queries.ts';
import { FilterSelect } from '../../parts/filters/filter-select.tsx';
import { useTitle } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { InputEditor } from './playground-input.tsx';
import { CallResults } from './playground-results.tsx';

const CallCode = lazyPart(() => import('../../parts/code/call-code.tsx'));

const route = '/signed-in/n/$namespace/plugins/$name/playground';

export function PlaygroundPage() {
  const { namespace, name } = useParams({ from: route });
  const { data } = useSuspenseQuery(versionsQuery(namespace, name));
  useTitle(`${name}: playground`);
  const live = data.results.filter(({ deployed }) => deployed).map(({ version }) => version);
  return (
    <>
      <h2 className="unseen">Playground</h2>
      {live.length === 0 ? (
        <Empty command={`slipway deploy ${name}`}>No version of {name} is deployed. Deploy one to call it.</Empty>
      ) : (
        <Playground namespace={namespace} plugin={data} live={live} />
      )}
    </>
  );
}

interface PlaygroundProps {
  namespace: string;
  plugin: Schemas['PluginVersions'];
  live: string[];
}

function Playground({ namespace, plugin, live }: PlaygroundProps) {
  const { name, serving_version } = plugin;
  const { answer: mode, version, compare } = useSearch({ from: route });
  const described = version ?? serving_version ?? live[0] ?? '';
  const id = formatPluginId(name, described);
  usePrefetchQuery(sourceQuery(namespace, id));
  const { data } = useSuspenseQuery(versionQuery(namespace, id));
  const presets = useExamples(namespace, id).examples;
  const [input, setInput] = useState<CallInput>();
  const current = input ?? presets[0]?.input ?? { inputs: '{}', parameters: '{}' };
  const call = callOf(current, { namespace, name, version, mode });
  return (
    <>
      <VersionChoice live={live} serving={serving_version} />
      <div className="playground">
        <InputEditor schema={data.plugin.manifest?.input_schema} presets={presets} input={current} change={setInput} />
        <CallResults key={mode ?? ''} call={call} serving={described} compare={compare} />
      </div>
      {call && <InOtherLanguages call={call} />}
    </>
  );
}

/** Undefined while the typed text is not a JSON object. */
function callOf(
  { inputs, parameters }: CallInput,
  callee: Pick<PlaygroundCall, 'namespace' | 'name' | 'version' | 'mode'>,
): PlaygroundCall | undefined {
  if (!readObject(inputs) || !readObject(parameters)) return undefined;
  return { ...callee, inputs: new JsonText(inputs), parameters: new JsonText(parameters) };
}

function VersionChoice({ live, serving }: { live: string[]; serving: string | null }) {
  const { answer, version, compare } = useSearch({ from: route });
  const navigate = useNavigate({ from: '/n/$namespace/plugins/$name/playground' });
  const choose = (search: {
    answer?: AnswerMode | undefined;
    version?: string | undefined;
    compare?: string | undefined;
  }) => void navigate({ search: (before) => ({ ...before, ...search }), replace: true });
  const options = live.map((one) => <option key={one}>{one}</option>);
  return (
    <div className="filters">
      <label className="chip">
        Version:
        <select
          aria-label="Version"
          value={version ?? ''}
          onChange={(event) => choose({ version: event.target.value || undefined })}
        >
          <option value="">{serving === null ? 'Live (none)' : `Live (${serving})`}</option>
          {options}
        </select>
      </label>
      <label className="chip">
        Compare with:
        <select
          aria-label="Compare with"
          value={compare ?? ''}
          onChange={(event) => choose({ compare: event.target.value || undefined })}
        >
          <option value="">nothing</option>
          {options}
        </select>
      </label>
      <FilterSelect
        label="Answer"
        all="at its end"
        values={answerModes}
        value={answer}
        textOf={(mode) => answerNames[mode]}
        choose={(mode) => choose({ answer: mode })}
      />
    </div>
  );
}

function InOtherLanguages({ call }: { call: PlaygroundCall }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>This call in other languages</summary>
      <Suspense>{isOpen && <CallCode call={call} />}</Suspense>
    </details>
  );
}
