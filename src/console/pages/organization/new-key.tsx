// Creates an API key, with usual sets of scopes, and shows its secret once with what a CI job needs.
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { keyPresets } from '../../../contract/scopes.ts';
import { actionHashes } from '../../data/action-hashes.ts';
import { api, type Schemas } from '../../data/api.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import { Copyable, type SameAs } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { NewSecret } from '../../parts/secret.tsx';

type Scope = Schemas['ApiKey']['scopes'][number];

const purposes = {
  publish: 'CI: publish and deploy',
  read: 'Read only',
  invoke: 'Call plugins only',
  other: 'Choose scopes',
} as const;
type Purpose = keyof typeof purposes;

const dayMs = 86_400_000;
const lifetimes: [days: string, label: string][] = [
  ['90', '90 days'],
  ['30', '30 days'],
  ['365', 'a year'],
  ['', 'as long as the key of this session'],
];

export function NewKey() {
  return (
    <DialogButton label="Create a key" title="Create a key" className="primary" hash={actionHashes.createKey}>
      {(close) => <CreateKey close={close} />}
    </DialogButton>
  );
}

function CreateKey({ close }: { close: () => void }) {
  const queries = useQueryClient();
  const [created, setCreated] = useState<Schemas['ApiKeyWithSecret']>();
  if (created) return <Created apiKey={created} close={close} />;
  const done = async (key: Schemas['ApiKeyWithSecret']) => {
    setCreated(key);
    await queries.invalidateQueries({ queryKey: ['keys'] });
  };
  return <KeyForm close={close} done={done} />;
}

interface FormProps {
  close: () => void;
  done: (created: Schemas['ApiKeyWithSecret']) => unknown;
}

function KeyForm({ close, done }: FormProps) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data: namespaces } = useSuspenseQuery(namespacesQuery);
  const [purpose, setPurpose] = useState<Purpose>('publish');
  const scopesIn = (form: FormData): Scope[] => {
    const chosen = new Set(form.getAll('scope'));
    return purpose === 'other' ? key.scopes.filter((scope) => chosen.has(scope)) : [...keyPresets[purpose]];
  };
  return (
    <ActionForm
      submit="Create the key"
      act={(form) => api.post('/v1/keys', { body: keyIn(form, scopesIn(form)) })}
      done={done}
      cancel={close}
      command={(form) => commandOf(form, scopesIn(form))}
    >
      <Field label="What is it for?">
        {(ids) => <input name="name" required maxLength={100} placeholder="ci" autoComplete="off" {...ids} />}
      </Field>
      <PurposeChoice purpose={purpose} choose={setPurpose} scopes={key.scopes} />
      <Field label="Limited to">
        {(ids) => (
          <select name="namespace" {...ids}>
            <option value="">every namespace that this session sees</option>
            {namespaces.results.map(({ namespace_id, namespace_name }) => (
              <option key={namespace_id} value={namespace_id}>
                the namespace {namespace_name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Valid for">
        {(ids) => (
          <select name="days" {...ids}>
            {lifetimes.map(([days, label]) => (
              <option key={days} value={days}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
    </ActionForm>
  );
}

interface PurposeProps {
  purpose: Purpose;
  choose: (purpose: Purpose) => void;
  scopes: Scope[];
}

function PurposeChoice({ purpose, choose, scopes }: PurposeProps) {
  const known = Object.keys(purposes).filter((name): name is Purpose => name in purposes);
  return (
    <>
      <fieldset>
        <legend>What may it do?</legend>
        {known.map((name) => (
          <label key={name} className="choice">
            <input type="radio" name="purpose" checked={purpose === name} onChange={() => choose(name)} />{' '}
            {purposes[name]}
            {name !== 'other' && <span className="quiet"> {keyPresets[name].join(', ')}</span>}
          </label>
        ))}
      </fieldset>
      {purpose === 'other' && (
        <fieldset>
          <legend>Scopes</legend>
          {scopes.map((scope) => (
            <label key={scope} className="choice">
              <input type="checkbox" name="scope" value={scope} /> {scope}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}

function keyIn(form: FormData, scopes: Scope[]) {
  const [days, namespace] = [textOf(form, 'days'), textOf(form, 'namespace')];
  return {
    name: textOf(form, 'name'),
    scopes,
    ...(namespace && { namespace_ids: [namespace] }),
    ...(days && { expires_at: new Date(Date.now() + Number(days) * dayMs).toISOString() }),
  };
}

function commandOf(form: FormData, scopes: Scope[]): SameAs {
  const days = textOf(form, 'days');
  return {
    cli: slipway(['keys', 'create', textOf(form, 'name')], {
      scopes: scopes.join(','),
      expires: days ? `${days}d` : undefined,
      only: textOf(form, 'namespace') || undefined,
    }),
    path: '/v1/keys',
    method: 'POST',
    body: keyIn(form, scopes),
  };
}

function Created({ apiKey, close }: { apiKey: Schemas['ApiKeyWithSecret']; close: () => void }) {
  const namespace = apiKey.namespace_ids?.[0];
  return (
    <>
      <NewSecret secret={apiKey.api_key} />
      {apiKey.scopes.some((scope) => scope === 'plugins:write') && (
        <section>
          <h3>In a GitHub repository</h3>
          <p>The first command asks for the secret above. The job then runs the last one.</p>
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
      <button type="button" className="primary" onClick={close}>
        Done
      </button>
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
