// Fields of forms by their kind, each with its label and hint, and how the form is read.
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ComponentProps, ReactNode } from 'react';
import { namespacesQuery } from '../data/queries.ts';
import { Field, readText } from './form.tsx';

interface Labeled {
  label: string;
  hint?: string | undefined;
}

export function TextField({ label, hint, ...input }: Labeled & ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => <input autoComplete="off" {...input} {...ids} />}
    </Field>
  );
}

/** A text of several lines. */
export function AreaField({ label, hint, ...area }: Labeled & ComponentProps<'textarea'>) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => <textarea rows={2} {...area} {...ids} />}
    </Field>
  );
}

/** A value, and the text that stands for it. */
export type Choice = readonly [value: string, text: ReactNode];

export function SelectField({
  label,
  hint,
  choices,
  ...select
}: Labeled & ComponentProps<'select'> & { choices: readonly Choice[] }) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <select {...select} {...ids}>
          {choices.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Values that are their own texts. */
export function sameTexts(values: readonly string[]): Choice[] {
  return values.map((value) => [value, value]);
}

export function CheckBox({ children, ...input }: ComponentProps<'input'>) {
  return (
    <label className="choice">
      <input type="checkbox" {...input} /> {children}
    </label>
  );
}

/** The namespaces that the session sees, as choices. */
export function useNamespaceChoices(): Choice[] {
  const { data } = useSuspenseQuery(namespacesQuery);
  return data.results.map(({ namespace_id, namespace_name }) => [namespace_id, namespace_name]);
}

/** The words of a field, such as one per line. */
export function wordsIn(form: FormData, name: string): string[] {
  return readText(form, name).split(/\s+/).filter(Boolean);
}

const dayMs = 86_400_000;

/** The time after as many days as the field says. Undefined if it is empty. */
export function daysAhead(form: FormData, name: string): string | undefined {
  const days = readText(form, name);
  return days === '' ? undefined : new Date(Date.now() + Number(days) * dayMs).toISOString();
}
