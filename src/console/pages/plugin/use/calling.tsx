// Code that calls a plugin, and the examples that its author tests it with.
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { exampleObject } from '../../../../client/schemas/example-value.ts';
import { JsonText } from '../../../../core/json/text.ts';
import type { Schemas } from '../../../data/api.ts';
import type { CallInput } from '../../../data/calls/call-input.ts';
import type { Example } from '../../../data/calls/examples.ts';
import type { AnswerMode } from '../../../data/calls/realtime-call.ts';
import { pluginOverviewQuery } from '../../../data/plugin-calls.ts';
import { CodeBlock } from '../../../parts/code/code-block.tsx';
import { lazyPart } from '../../../parts/connection/load-code.ts';
import { FilterSelect } from '../../../parts/filters/filter-select.tsx';

const CallCode = lazyPart(() => import('../../../parts/code/call-code.tsx'));

interface Props {
  namespace: string;
  plugin: Schemas['PluginDocument'];
  example: CallInput | undefined;
  streams: boolean;
}

/** Calls that take longer are worth a request of their own for the answer. */
const slowMs = 5_000;

const modeNames: Record<AnswerMode, string> = { stream: 'each value as it comes', later: 'later, from its own URL' };

export function Calling({ example, namespace, plugin, streams }: Props) {
  const [mode, setMode] = useState<AnswerMode>();
  const { manifest, name, permissions } = plugin;
  const { data: overview } = useQuery(pluginOverviewQuery(namespace, name));
  const { later_timeout_s, timeout_s } = permissions.granted ?? {};
  const isSlow = later_timeout_s !== undefined || timeout_s !== undefined || (overview?.p95_ms ?? 0) > slowMs;
  const modes: AnswerMode[] = [...(streams ? ['stream' as const] : []), ...(isSlow ? ['later' as const] : [])];
  const made = { inputs: JSON.stringify(exampleObject(manifest?.input_schema)), parameters: '{}' };
  const { inputs, parameters } = example ?? made;
  const call = { namespace, name, version: undefined, mode };
  const texts = { inputs: new JsonText(inputs), parameters: new JsonText(parameters) };
  return (
    <section aria-labelledby="calling" className="calling">
      <h2 id="calling">Call it</h2>
      {modes.length > 0 && (
        <FilterSelect
          label="Answer"
          all="at its end"
          values={modes}
          value={mode}
          textOf={(one) => modeNames[one]}
          choose={setMode}
        />
      )}
      <Suspense>
        <CallCode call={{ ...call, ...texts }} />
      </Suspense>
      {!example && <p className="quiet">The values are made from the types below. Replace them with your own.</p>}
    </section>
  );
}

const examplesShown = 5;

export function Examples({ examples }: { examples: Example[] }) {
  return (
    <section aria-label="Examples">
      <h2>Examples</h2>
      {examples.length === 0 && (
        <p className="quiet">
          There are none. The author adds them as files such as <code>tests/examples/usual.json</code>, with{' '}
          <code>{'{"inputs": {…}, "result": {…}}'}</code>; each is checked before a version goes live.
        </p>
      )}
      {examples.slice(0, examplesShown).map(({ input, name }) => (
        <details key={name} className="use-example" open={name === examples[0]?.name}>
          <summary>{name}</summary>
          <h3>Inputs</h3>
          <CodeBlock text={input.inputs} language="json" />
          {input.parameters !== '{}' && <h3>Parameters</h3>}
          {input.parameters !== '{}' && <CodeBlock text={input.parameters} language="json" />}
          <h3>Answer</h3>
          {input.result === undefined ? (
            <p className="quiet">The example says only that the call succeeds.</p>
          ) : (
            <CodeBlock text={input.result} language="json" />
          )}
        </details>
      ))}
      {examples.length > examplesShown && <p>The playground has {examples.length - examplesShown} more.</p>}
    </section>
  );
}
