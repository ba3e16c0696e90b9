// Form fields by kind, each with its label and hint, and functions that read the form.
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ComponentProps, ReactNode } from 'react';
import { namespacesQuery } from '../data/queries.ts';
import { Field, readText } from './form.tsx';
import { visible } from './visible-text.ts';

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

/** A multi-line text field. */
export function AreaField({ label, hint, ...area }: Labeled & ComponentProps<'textarea'>) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => <textarea rows={2} {...area} {...ids} />}
    </Field>
  );
}

/** A value and its display text. */
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

/** Returns choices whose values are their own texts. */
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

/** Returns the namespaces that the session can see, as choices. */
export function useNamespaceChoices(): Choice[] {
  const { data } = useSuspenseQuery(namespacesQuery);
  return data.results.map(({ namespace_id, namespace_name }) => [namespace_id, visible(namespace_name)]);
}

/** A check box for each namespace. */
export function NamespaceBoxes({ chosen }: { chosen: readonly string[] }) {
  return (
    <fieldset>
      <legend>Namespaces (none selected: all)</legend>
      {useNamespaceChoices().map(([id, name]) => (
        <CheckBox key={id} name="namespace" value={id} defaultChecked={chosen.includes(id)}>
          {name}
        </CheckBox>
      ))}
    </fieldset>
  );
}

/** Returns the chosen namespaces. Null for all. */
export function namespacesIn(form: FormData): string[] | null {
  const ids = form.getAll('namespace').filter((id) => typeof id === 'string');
  return ids.length === 0 ? null : ids;
}

/** Returns a field's words, such as one per line. */
export function wordsIn(form: FormData, name: string): string[] {
  return readText(form, name).split(/\s+/).filter(Boolean);
}

const dayMs = 86_400_000;

/** Returns the time that many days ahead. Undefined if the field is empty. */
export function daysAhead(form: FormData, name: string): string | undefined {
  const days = readText(form, name);
  return days === '' ? undefined : new Date(Date.now() + Number(days) * dayMs).toISOString();
}
