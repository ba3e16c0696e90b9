// The choice of how calls move to a deployed version, and functions that read it.
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../data/api.ts';
import { namespacesQuery } from '../data/queries.ts';
import { planText } from '../data/releases/release-text.ts';
import { type Choice, SelectField } from './fields.tsx';
import { readText } from './form.tsx';

export const releaseChoices: readonly Choice[] = [
  ['immediate', 'all at once'],
  ['standard', 'step by step (1, 10, 50 %)'],
];

export function ReleaseField({ namespace }: { namespace: string }) {
  const { data } = useQuery(namespacesQuery);
  const own = data?.results.find(({ namespace_id }) => namespace_id === namespace)?.default_release ?? null;
  return (
    <SelectField
      name="release"
      label="Calls move"
      hint="Step by step measures both versions, and goes back if the new one does worse."
      choices={[['', `as the manifest says, else ${planText(own)}`], ...releaseChoices]}
    />
  );
}

/** The option of the CLI. Undefined if the manifest or the namespace decides. */
export function releaseWord(form: FormData): string | undefined {
  return readText(form, 'release') || undefined;
}

/** The field of a request. */
export function releaseIn(form: FormData): { release?: NonNullable<Schemas['Namespace']['default_release']> } {
  const word = releaseWord(form);
  if (word === undefined) return {};
  return { release: word === 'immediate' ? word : {} };
}
