// A form for a JSON object, based on its JSON Schema. Members without a form field are entered as JSON.
import { useState } from 'react';
import { z } from 'zod/mini';
import {
  compactJson,
  decodeString,
  isJsonString,
  type JsonMembers,
  type JsonTree,
  readMembers,
  tryReadJsonTree,
} from '../../../core/json/tree.ts';
import { numberText } from '../../data/calls/call-input.ts';

const propertySchema = z.object({
  type: z.optional(z.unknown()),
  title: z.optional(z.string()),
  description: z.optional(z.string()),
  enum: z.optional(z.array(z.union([z.string(), z.number()]))),
});
const formSchema = z.object({
  properties: z.record(z.string(), z.unknown()),
  required: z.optional(z.array(z.string())),
});

type Property = z.infer<typeof propertySchema>;

export interface Field {
  name: string;
  property: Property;
  required: boolean;
}

/** Returns the properties named in the schema. An empty list means that there is no form. */
export function readFields(schema: unknown): Field[] {
  const parsed = formSchema.safeParse(schema);
  if (!parsed.success) return [];
  const { properties, required = [] } = parsed.data;
  return Object.entries(properties).map(([name, property]) => ({
    name,
    property: propertySchema.safeParse(property).data ?? {},
    required: required.includes(name),
  }));
}

interface FormProps {
  fields: Field[];
  values: JsonMembers;
  /** Sets a member, or leaves it out if there is no value. */
  set: (name: string, value: JsonTree | undefined) => void;
}

export function SchemaForm({ fields, values, set }: FormProps) {
  const members = readMembers(values);
  return (
    <div className="fields">
      {fields.map((field) => (
        <div key={field.name} className={field.property.type === 'boolean' ? 'check' : undefined}>
          <label htmlFor={`field-${field.name}`}>
            {field.property.title ?? field.name}
            {field.required && ' (required)'}
          </label>
          <Input field={field} value={members.get(field.name)} set={(value) => set(field.name, value)} />
          {field.property.description !== undefined && <p className="quiet">{field.property.description}</p>}
        </div>
      ))}
    </div>
  );
}

interface InputProps {
  field: Field;
  value: JsonTree | undefined;
  set: (value: JsonTree | undefined) => void;
}

function Input({ field, value, set }: InputProps) {
  const { name, property } = field;
  const id = `field-${name}`;
  const text = value === undefined ? '' : plainText(value);
  if (property.enum)
    return (
      <select
        id={id}
        value={text}
        onChange={(event) => set(choiceJson(property.enum?.find((one) => String(one) === event.target.value)))}
      >
        <option value="">not set</option>
        {property.enum.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    );
  if (property.type === 'boolean')
    return (
      <input
        id={id}
        type="checkbox"
        checked={value === 'true'}
        onChange={(event) => set(String(event.target.checked))}
      />
    );
  if (property.type === 'number' || property.type === 'integer')
    return (
      <input
        id={id}
        type="number"
        step={property.type === 'integer' ? 1 : 'any'}
        value={text}
        onChange={(event) => set(numberText(event.target.value))}
      />
    );
  if (property.type === 'string')
    return (
      <textarea
        id={id}
        rows={2}
        value={text}
        onChange={(event) => set(event.target.value === '' ? undefined : JSON.stringify(event.target.value))}
      />
    );
  return <JsonInput id={id} value={value} set={set} />;
}

/** Returns a string's value, and anything else as JSON. */
function plainText(value: JsonTree): string {
  return isJsonString(value) ? decodeString(value) : compactJson(value);
}

function choiceJson(choice: string | number | undefined): string | undefined {
  return choice === undefined ? undefined : JSON.stringify(choice);
}

/** Holds the typed text until it is valid JSON. */
function JsonInput({ id, value, set }: Pick<InputProps, 'value' | 'set'> & { id: string }) {
  const [draft, setDraft] = useState<string>();
  const isEmpty = draft === undefined || draft.trim() === '';
  const invalid = !isEmpty && tryReadJsonTree(draft) === undefined;
  const type = (text: string) => {
    setDraft(text);
    const typed = tryReadJsonTree(text);
    if (typed !== undefined || text.trim() === '') set(typed);
  };
  return (
    <>
      <textarea
        id={id}
        className="json"
        rows={3}
        value={draft ?? (value === undefined ? '' : compactJson(value))}
        aria-invalid={invalid}
        onChange={(event) => type(event.target.value)}
        onBlur={() => !invalid && setDraft(undefined)}
      />
      {invalid && <p className="problem">This is not JSON yet.</p>}
    </>
  );
}

export function parseJson(text: string): { ok: true; value: unknown } | { ok: false; message: string } {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
