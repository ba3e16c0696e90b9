// A form for a JSON object by its JSON Schema. What the form has no field for is written as JSON.
import { useState } from 'react';
import { z } from 'zod/mini';

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

type Values = Record<string, unknown>;
type Property = z.infer<typeof propertySchema>;

export interface Field {
  name: string;
  property: Property;
  required: boolean;
}

/** The properties that the schema names. None: there is no form for it. */
export function fieldsOf(schema: unknown): Field[] {
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
  values: Values;
  change: (values: Values) => void;
}

export function SchemaForm({ fields, values, change }: FormProps) {
  const set = (name: string, value: unknown) => {
    const { [name]: _, ...others } = values;
    change(value === undefined ? others : { ...values, [name]: value });
  };
  return (
    <div className="fields">
      {fields.map((field) => (
        <div key={field.name} className={field.property.type === 'boolean' ? 'check' : undefined}>
          <label htmlFor={`field-${field.name}`}>
            {field.property.title ?? field.name}
            {field.required && ' (required)'}
          </label>
          <Input field={field} value={values[field.name]} set={(value) => set(field.name, value)} />
          {field.property.description !== undefined && <p className="quiet">{field.property.description}</p>}
        </div>
      ))}
    </div>
  );
}

interface InputProps {
  field: Field;
  value: unknown;
  set: (value: unknown) => void;
}

function Input({ field, value, set }: InputProps) {
  const { name, property } = field;
  const id = `field-${name}`;
  const text = value === undefined ? '' : String(value);
  if (property.enum)
    return (
      <select
        id={id}
        value={text}
        onChange={(event) => set(property.enum?.find((one) => String(one) === event.target.value))}
      >
        <option value="">not set</option>
        {property.enum.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    );
  if (property.type === 'boolean')
    return <input id={id} type="checkbox" checked={value === true} onChange={(event) => set(event.target.checked)} />;
  if (property.type === 'number' || property.type === 'integer')
    return (
      <input
        id={id}
        type="number"
        step={property.type === 'integer' ? 1 : 'any'}
        value={text}
        onChange={(event) => set(event.target.value === '' ? undefined : event.target.valueAsNumber)}
      />
    );
  if (property.type === 'string')
    return (
      <textarea
        id={id}
        rows={2}
        value={text}
        onChange={(event) => set(event.target.value === '' ? undefined : event.target.value)}
      />
    );
  return <JsonInput id={id} value={value} set={set} />;
}

/** Keeps what is being typed until it is JSON. */
function JsonInput({ id, value, set }: { id: string; value: unknown; set: (value: unknown) => void }) {
  const [draft, setDraft] = useState<string>();
  const type = (text: string) => {
    setDraft(text);
    if (text.trim() === '') return set(undefined);
    const parsed = parseJson(text);
    if (parsed.ok) set(parsed.value);
  };
  const invalid = draft !== undefined && draft.trim() !== '' && !parseJson(draft).ok;
  return (
    <>
      <textarea
        id={id}
        className="json"
        rows={3}
        value={draft ?? (value === undefined ? '' : JSON.stringify(value))}
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
