// A call's inputs and parameters: as a form based on the version's schema, or as JSON.
import { type ReactNode, useId, useState } from 'react';
import { type CallInput, readObject, withMember } from '../../data/calls/call-input.ts';
import { type Field, parseJson, readFields, SchemaForm } from './schema-form.tsx';

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
  return (
    <section aria-label="Inputs" className="panel">
      <ObjectEditor
        label="Inputs"
        fields={fields}
        text={input.inputs}
        change={(inputs) => change({ ...input, inputs })}
      >
        {presets.length > 0 && <PresetChoice presets={presets} change={change} />}
      </ObjectEditor>
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

interface ObjectProps {
  label: string;
  /** Empty if there is no form. */
  fields: Field[];
  /** A JSON object. */
  text: string;
  change: (text: string) => void;
  children?: ReactNode;
}

/** Edits a JSON object as a form or as JSON. `children` are beside the choice of the two. */
export function ObjectEditor({ label, fields, text, change, children }: ObjectProps) {
  const [isJson, setJson] = useState(false);
  const isForm = fields.length > 0 && !isJson;
  const values = readObject(text);
  return (
    <>
      <p className="pickers">
        {fields.length > 0 && (
          <span className="choice-row">
            <button type="button" aria-pressed={isForm} onClick={() => setJson(false)}>
              Form
            </button>
            <button type="button" aria-pressed={!isForm} onClick={() => setJson(true)}>
              JSON
            </button>
          </span>
        )}
        {children}
      </p>
      {isForm && values !== undefined && (
        <SchemaForm fields={fields} values={values} set={(name, value) => change(withMember(values, name, value))} />
      )}
      {isForm && values === undefined && (
        <p className="problem">The {label.toLowerCase()} are not a JSON object. Correct them in the JSON view.</p>
      )}
      {!isForm && <JsonText label={label} text={text} change={change} />}
    </>
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
