// Code that calls a plugin, and the examples that its author tests it with.
import { type ReactNode, Suspense, useState } from 'react';
import { shownJson } from '../../../../client/call-code/shown-json.ts';
import { exampleObject } from '../../../../client/schemas/example-value.ts';
import { JsonText } from '../../../../core/json/text.ts';
import { lazyPart } from '../../../connection/load-code.ts';
import type { Example } from '../../../data/calls/examples.ts';
import { type AnswerMode, answerModes, answerNames } from '../../../data/calls/realtime-call.ts';
import { shownAnswer } from '../../../data/calls/shown-answer.ts';
import { CodeBlock } from '../../../parts/code/code-block.tsx';
import { FilterSelect } from '../../../parts/filters/filter-select.tsx';

const CallCode = lazyPart(() => import('../../../parts/code/call-code.tsx'));

interface Props {
  callee: { namespace: string; name: string };
  pluginId: string;
  inputSchema: unknown;
  outputSchema: unknown;
  example: Example | undefined;
  streams: boolean;
}

export function Calling({ callee, example, inputSchema, outputSchema, pluginId, streams }: Props) {
  const [mode, setMode] = useState<AnswerMode>();
  const made = { inputs: JSON.stringify(exampleObject(inputSchema)), parameters: '{}' };
  const { inputs, parameters } = example?.input ?? made;
  const texts = { inputs: new JsonText(inputs), parameters: new JsonText(parameters) };
  const result = new JsonText(example?.input.result ?? JSON.stringify(exampleObject(outputSchema)));
  return (
    <section aria-labelledby="calling" className="calling">
      <h2 id="calling">Call it</h2>
      <div className="filters">
        <FilterSelect
          label="Answer"
          all="at its end"
          values={answerModes.filter((one) => streams || one !== 'stream')}
          value={mode}
          textOf={(one) => answerNames[one]}
          choose={setMode}
        />
      </div>
      <Suspense>
        <CallCode call={{ ...callee, version: undefined, mode, ...texts }} />
      </Suspense>
      {!example && <p className="quiet">The values are made from the types below. Replace them with your own.</p>}
      <Answer mode={mode} text={shownAnswer(mode, pluginId, result)} />
    </section>
  );
}

const failures: Record<AnswerMode | 'once', ReactNode> = {
  once: (
    <>
      If the plugin fails, the HTTP status is 200 too: check that <code>status</code> is <code>success</code>. Otherwise{' '}
      <code>error</code> says why.
    </>
  ),
  stream: (
    <>
      If the plugin fails, the last event is <code>error</code>, whose <code>error</code> says why. A stream without{' '}
      <code>done</code> is incomplete.
    </>
  ),
  later: (
    <>
      Until the call has ended, its <code>status</code> is <code>queued</code> or <code>running</code>. If it is not{' '}
      <code>succeeded</code> then, the error in <code>answer</code> says why.
    </>
  ),
};

function Answer({ mode, text }: { mode: AnswerMode | undefined; text: string }) {
  return (
    <section aria-label="The whole answer">
      <h3>The whole answer</h3>
      <CodeBlock text={mode === 'stream' ? text : shownJson(text)} language={mode === 'stream' ? undefined : 'json'} />
      <p className="quiet">
        {failures[mode ?? 'once']} The code above then prints it, and ends with an exit code other than 0.
      </p>
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
      {examples.slice(0, examplesShown).map(({ input, name }, at) => (
        <details key={name} className="use-example" open={at === 0}>
          <summary>{name}</summary>
          <JsonBlock name="Inputs" text={input.inputs} />
          {input.parameters !== '{}' && <JsonBlock name="Parameters" text={input.parameters} />}
          {input.result === undefined ? (
            <p className="quiet">The example says only that the call succeeds.</p>
          ) : (
            <JsonBlock name="Result" text={input.result} />
          )}
        </details>
      ))}
      {examples.length > examplesShown && <p>The playground has {examples.length - examplesShown} more.</p>}
    </section>
  );
}

function JsonBlock({ name, text }: { name: string; text: string }) {
  return (
    <>
      <h3>{name}</h3>
      <CodeBlock text={shownJson(text)} language="json" />
    </>
  );
}
