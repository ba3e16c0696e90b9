// Creates an API key with a common set of scopes, and shows its secret once, with setup steps for a CI job.
import { useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { keyPresets } from '../../../contract/scopes.ts';
import { actionHashes } from '../../data/action-hashes.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { NewSecret } from '../../parts/actions/rotate-secret.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { CheckBox, type Choice, daysAhead, SelectField, TextField, useNamespaceChoices } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';

type Scope = Schemas['ApiKey']['scopes'][number];

const purposes = {
  publish: 'CI: publish and deploy',
  read: 'Read only',
  invoke: 'Call plugins only',
  other: 'Choose scopes',
} as const;
type Purpose = keyof typeof purposes;

export const lifetimes: readonly Choice[] = [
  ['90', '90 days'],
  ['30', '30 days'],
  ['365', 'a year'],
];

const lifetimeOfKey: Choice = ['', "same as this session's key"];

export function NewKey() {
  const { key } = useRouteContext({ from: '/signed-in' });
  return (
    <ActionDialog
      label="Create a key"
      title="Create a key"
      className="primary"
      hash={actionHashes.createKey}
      submit="Create the key"
      request={(form) => apiRequest('post', '/v1/keys', { body: keyIn(form, scopesIn(form, key.scopes)) })}
      cli={(form) => commandFor(form, scopesIn(form, key.scopes))}
      changes={[['keys']]}
      shows={(created) => <Created apiKey={created} />}
    >
      <KeyFields scopes={key.scopes} choices={[...lifetimes, lifetimeOfKey]} />
    </ActionDialog>
  );
}

export function KeyFields({ scopes, choices }: { scopes: Scope[]; choices: readonly Choice[] }) {
  return (
    <>
      <TextField name="name" label="What is it for?" required maxLength={100} placeholder="ci" />
      <PurposeChoice scopes={scopes} />
      <NamespaceChoice />
      <SelectField name="days" label="Valid for" choices={choices} />
    </>
  );
}

const knownPurposes = Object.keys(purposes).filter((name): name is Purpose => name in purposes);

/** Offers the purposes that the session itself has all scopes for. */
function PurposeChoice({ scopes }: { scopes: Scope[] }) {
  const possible = knownPurposes.filter(
    (name) => name === 'other' || keyPresets[name].every((scope) => scopes.includes(scope)),
  );
  const [purpose, choose] = useState<Purpose>(possible[0] ?? 'other');
  return (
    <>
      <fieldset>
        <legend>What may it do?</legend>
        {possible.map((name) => (
          <label key={name} className="choice">
            <input type="radio" name="purpose" value={name} checked={purpose === name} onChange={() => choose(name)} />{' '}
            {purposes[name]}
            {name !== 'other' && <span className="quiet"> {keyPresets[name].join(', ')}</span>}
          </label>
        ))}
      </fieldset>
      {purpose === 'other' && (
        <fieldset>
          <legend>Scopes</legend>
          {scopes.map((scope) => (
            <CheckBox key={scope} name="scope" value={scope}>
              {scope}
            </CheckBox>
          ))}
        </fieldset>
      )}
    </>
  );
}

function NamespaceChoice() {
  const namespaces = useNamespaceChoices().map(([id, name]): Choice => [id, `the namespace ${name}`]);
  const choices: Choice[] = [['', 'every namespace that this session can see'], ...namespaces];
  return <SelectField name="namespace" label="Limited to" choices={choices} />;
}

/** Returns the purpose's scopes, or those selected from the session's own. */
export function scopesIn(form: FormData, own: Scope[]): Scope[] {
  const purpose = knownPurposes.find((name) => name === readText(form, 'purpose')) ?? 'other';
  const chosen = new Set(form.getAll('scope'));
  return purpose === 'other' ? own.filter((scope) => chosen.has(scope)) : [...keyPresets[purpose]];
}

export function keyIn(form: FormData, scopes: Scope[]) {
  const [expires_at, namespace] = [daysAhead(form, 'days'), readText(form, 'namespace')];
  return {
    name: readText(form, 'name'),
    scopes,
    ...(namespace && { namespace_ids: [namespace] }),
    ...(expires_at && { expires_at }),
  };
}

function commandFor(form: FormData, scopes: Scope[]): string {
  const days = readText(form, 'days');
  return slipway(['keys', 'create', readText(form, 'name')], {
    scopes: scopes.join(','),
    expires: days ? `${days}d` : undefined,
    only: readText(form, 'namespace') || undefined,
  });
}

function Created({ apiKey }: { apiKey: Schemas['ApiKeyWithSecret'] }) {
  const namespace = apiKey.namespace_ids?.[0];
  return (
    <>
      <NewSecret secret={apiKey.api_key} />
      {apiKey.scopes.some((scope) => scope === 'plugins:write') && (
        <section>
          <h3>In a GitHub repository</h3>
          <p>The first command asks for the secret above. The last one then runs in the job.</p>
          <p>
            <Copyable text="gh secret set SLIPWAY_API_KEY" />
          </p>
          <p>
            <Copyable text={`gh variable set SLIPWAY_BASE_URL --body ${location.origin}`} />
          </p>
          {namespace !== undefined && (
            <p>
              <Copyable text={`gh variable set SLIPWAY_NAMESPACE --body ${namespace}`} />
            </p>
          )}
          <pre className="code">{ciSnippet(namespace !== undefined)}</pre>
        </section>
      )}
    </>
  );
}

function ciSnippet(isBound: boolean): string {
  const namespace = isBound ? `\n    SLIPWAY_NAMESPACE: \${{ vars.SLIPWAY_NAMESPACE }}` : '';
  return `- run: slipway publish my_plugin
  env:
    SLIPWAY_API_KEY: \${{ secrets.SLIPWAY_API_KEY }}
    SLIPWAY_BASE_URL: \${{ vars.SLIPWAY_BASE_URL }}${namespace}`;
}
