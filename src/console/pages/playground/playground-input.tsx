// A call's inputs and parameters: as a form based on the version's schema, or as JSON.
import { useId, useState } from 'react';
import { type CallInput, readObject, withMember } from '../../data/calls/call-input.ts';
import { parseJson, readFields, SchemaForm } from './schema-form.tsx';

export interface Preset {
  name: string;
  input: CallInput;
}

interface EditorProps {
  schema: unknown;
  presets: Preset[];
  input: CallInput;
  change: (input: CallInput) => void;
}

export function InputEditor({ schema, presets, input, change }: EditorProps) {
  const fields = readFields(schema);
  const [tab, setTab] = useState<'form' | 'json'>(fields.length > 0 ? 'form' : 'json');
  const values = readObject(input.inputs);
  const shown = fields.length === 0 ? 'json' : tab;
  return (
    <section aria-label="Inputs" className="panel">
      <p className="pickers">
        {fields.length > 0 && (
          <span className="choice-row">
            <button type="button" aria-pressed={shown === 'form'} onClick={() => setTab('form')}>
              Form
            </button>
            <button type="button" aria-pressed={shown === 'json'} onClick={() => setTab('json')}>
              JSON
            </button>
          </span>
        )}
        {presets.length > 0 && <PresetChoice presets={presets} change={change} />}
      </p>
      {shown === 'form' && values !== undefined && (
        <SchemaForm
          fields={fields}
          values={values}
          set={(name, value) => change({ ...input, inputs: withMember(values, name, value) })}
        />
      )}
      {shown === 'form' && values === undefined && (
        <p className="problem">The inputs are not a JSON object. Correct them in the JSON view.</p>
      )}
      {shown === 'json' && (
        <JsonText label="Inputs" text={input.inputs} change={(inputs) => change({ ...input, inputs })} />
      )}
      {fields.length === 0 && <p className="quiet">The manifest declares no input_schema, so there is no form.</p>}
      <details>
        <summary>Parameters</summary>
        <JsonText
          label="Parameters"
          text={input.parameters}
          change={(parameters) => change({ ...input, parameters })}
        />
      </details>
    </section>
  );
}

function PresetChoice({ presets, change }: Pick<EditorProps, 'presets' | 'change'>) {
  return (
    <label className="chip">
      Example:
      <select
        aria-label="Example"
        defaultValue={presets[0]?.name}
        onChange={(event) => {
          const preset = presets.find(({ name }) => name === event.target.value);
          if (preset) change(preset.input);
        }}
      >
        {presets.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

function JsonText({ label, text, change }: { label: string; text: string; change: (text: string) => void }) {
  const id = useId();
  const parsed = parseJson(text);
  const isObject = readObject(text) !== undefined;
  return (
    <>
      <label htmlFor={id}>{label} as JSON</label>
      <textarea
        id={id}
        className="json"
        rows={8}
        spellCheck={false}
        value={text}
        aria-invalid={!isObject}
        aria-describedby={`${id}-problem`}
        onChange={(event) => change(event.target.value)}
      />
      <p id={`${id}-problem`} className="problem">
        {parsed.ok ? !isObject && 'Use a JSON object.' : parsed.message}
      </p>
    </>
  );
}
