// A form field for JSON. The form can't be sent while the text isn't valid.
import type { ReactNode } from 'react';
import type { z } from 'zod/mini';
import { JsonText } from '../../../core/json/text.ts';
import { Field, readText } from '../form.tsx';

interface Props {
  name: string;
  label: string;
  hint?: ReactNode;
  value?: string;
  rows?: number;
  isRequired?: boolean;
  schema: z.ZodMiniType;
  /** Explains what the schema accepts. */
  problem: string;
}

export function JsonField({ name, label, hint, value = '', rows = 4, isRequired = false, schema, problem }: Props) {
  const check = (area: HTMLTextAreaElement) => {
    const isAccepted = area.value.trim() === '' || parsed(area.value, schema) !== undefined;
    area.setCustomValidity(isAccepted ? '' : problem);
  };
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <textarea
          name={name}
          className="json"
          rows={rows}
          required={isRequired}
          defaultValue={value}
          onInput={({ currentTarget }) => check(currentTarget)}
          {...ids}
        />
      )}
    </Field>
  );
}

/** Returns a field's value. Undefined if it is empty or doesn't match the schema. */
export function jsonIn<Value>(form: FormData, name: string, schema: z.ZodMiniType<Value>): Value | undefined {
  return parsed(readText(form, name), schema);
}

/** Returns a field's text. Undefined if it is empty or doesn't match the schema. */
export function jsonTextIn(form: FormData, name: string, schema: z.ZodMiniType): JsonText | undefined {
  return jsonIn(form, name, schema) === undefined ? undefined : new JsonText(readText(form, name));
}

function parsed<Value>(text: string, schema: z.ZodMiniType<Value>): Value | undefined {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
