// The choice of how calls move to a deployed version, and functions that read it.
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../data/api.ts';
import { namespacesQuery, versionsQuery } from '../../data/queries.ts';
import { planText } from '../../data/releases/plan-text.ts';
import { type Choice, SelectField } from '../fields.tsx';
import { readText } from '../form.tsx';

export const releaseChoices: readonly Choice[] = [
  ['immediate', 'all at once'],
  ['standard', 'step by step (1, 10, 50%)'],
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

interface NoteProps {
  namespace: string;
  plugin: Pick<Schemas['PluginDocument'], 'manifest' | 'name'>;
}

/** Says that a deployment without a choice would move calls step by step. A first version has nobody to share calls with. */
export function ReleaseNote({ namespace, plugin: { manifest, name } }: NoteProps) {
  const { data: namespaces } = useQuery(namespacesQuery);
  const { data: versions } = useQuery(versionsQuery(namespace, name));
  if (versions?.serving_version == null) return null;
  const declared = manifest?.serve_config?.release ?? null;
  const own = namespaces?.results.find(({ namespace_id }) => namespace_id === namespace)?.default_release ?? null;
  const choice = declared ?? own;
  if (choice === null || choice === 'immediate') return null;
  const how = declared === null ? `${planText(own)}, as the namespace says` : 'step by step, as its manifest says';
  return <p className="quiet">If it is deployed, calls move to it {how}.</p>;
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
