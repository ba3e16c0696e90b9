// Adds a credential of a private source, or gives one another token or key. What is secret goes in, and never out.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import {
  type CredentialField,
  type CredentialKind,
  credentialKinds,
  withoutSecrets,
} from '../../data/source/credentials.ts';
import { sourcesQuery } from '../../data/source/source-queries.ts';
import type { SameAs } from '../../parts/copyable.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';

interface Props {
  /** The one that is rotated. Undefined: one is added. */
  stored?: Schemas['Source'];
  close: () => void;
}

const dayMs = 86_400_000;
const lifetimes: [days: string, label: string][] = [
  ['', 'not known'],
  ['30', 'in 30 days'],
  ['90', 'in 90 days'],
  ['365', 'in a year'],
];

export default function CredentialForm({ stored, close }: Props) {
  const queries = useQueryClient();
  const [kind, setKind] = useState(
    () => credentialKinds.find(({ isOf }) => stored && isOf(stored)) ?? credentialKinds[0],
  );
  if (kind === undefined) return null;
  const send = async (form: FormData) => {
    const body = requestIn(form, kind.request(await givenIn(form, kind)), stored);
    return stored ? api.put('/v1/sources', { body }) : api.post('/v1/sources', { body });
  };
  const done = async ({ source }: Schemas['Source']) => {
    await queries.invalidateQueries({ queryKey: sourcesQuery.queryKey });
    close();
    say(
      stored ? `${source} has another credential. The next fetch uses it.` : `The credential for ${source} is added.`,
    );
  };
  return (
    <ActionForm
      submit={stored ? 'Rotate' : 'Add'}
      act={send}
      done={done}
      cancel={close}
      command={(form) => commandOf(form, kind, stored)}
    >
      <SourceField {...(stored && { stored })} />
      <KindChoice kind={kind} choose={setKind} />
      {kind.fields.map((field) => (
        <CredentialInput key={`${kind.label} ${field.name}`} field={field} />
      ))}
      <ExpiryField />
      {!stored && (
        <>
          <label className="choice">
            <input type="checkbox" name="modules" /> Go modules below the source are private (GOPRIVATE)
          </label>
          <Field
            label="Python packages"
            hint="For a Python index: the packages that it alone has, separated by commas. Left empty: repositories."
          >
            {(ids) => <input name="packages" placeholder="acme-*" autoComplete="off" spellCheck={false} {...ids} />}
          </Field>
        </>
      )}
    </ActionForm>
  );
}

function SourceField({ stored }: Pick<Props, 'stored'>) {
  if (stored)
    return (
      <p>
        Fetches in progress end with what they began with. Revoke the old token or key at {stored.source} afterwards.
      </p>
    );
  return (
    <Field label="Source" hint="A host, or a host and the beginning of a path.">
      {(ids) => (
        <input
          name="source"
          required
          maxLength={500}
          placeholder="git.example.com/acme"
          autoComplete="off"
          spellCheck={false}
          {...ids}
        />
      )}
    </Field>
  );
}

function KindChoice({ kind, choose }: { kind: CredentialKind; choose: (kind: CredentialKind) => void }) {
  return (
    <fieldset>
      <legend>Credential</legend>
      {credentialKinds.map((one) => (
        <label key={one.label} className="choice">
          <input type="radio" name="kind" checked={one === kind} onChange={() => choose(one)} /> {one.label}
        </label>
      ))}
    </fieldset>
  );
}

function ExpiryField() {
  return (
    <Field label="Expires" hint="As its server says. Slipway uses it until the server refuses it.">
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
  );
}

function CredentialInput({ field: { hint, isOptional, label, name, placeholder, type } }: { field: CredentialField }) {
  const required = isOptional !== true;
  return (
    <Field label={label} hint={hint}>
      {(ids) => {
        if (type === 'file') return <input name={name} type="file" accept=".pem,.key" required={required} {...ids} />;
        if (type === 'secret')
          return <input name={name} type="password" required={required} autoComplete="new-password" {...ids} />;
        return <input name={name} required={required} placeholder={placeholder} autoComplete="off" {...ids} />;
      }}
    </Field>
  );
}

/** The values of the fields. A file is read only when the form is sent. */
async function givenIn(form: FormData, { fields }: CredentialKind): Promise<Record<string, string>> {
  const values = fields.map(async ({ name }): Promise<[string, string]> => {
    const value = form.get(name);
    return [name, value instanceof File ? await value.text() : textOf(form, name)];
  });
  return Object.fromEntries(await Promise.all(values));
}

function requestIn(
  form: FormData,
  credential: ReturnType<CredentialKind['request']>,
  stored: Schemas['Source'] | undefined,
): Schemas['SourceRequest'] {
  const days = textOf(form, 'days');
  const packages = packagesIn(form);
  return {
    source: stored?.source ?? textOf(form, 'source'),
    ...credential,
    ...(form.has('modules') && { go_modules: true }),
    ...(packages.length > 0 && { python_packages: packages }),
    ...(days && { expires_at: new Date(Date.now() + Number(days) * dayMs).toISOString() }),
  };
}

function packagesIn(form: FormData): string[] {
  return textOf(form, 'packages')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function commandOf(form: FormData, kind: CredentialKind, stored: Schemas['Source'] | undefined): SameAs {
  const typed = Object.fromEntries(kind.fields.map(({ name }) => [name, textOf(form, name)]));
  const given = withoutSecrets(kind, typed);
  const body = requestIn(form, kind.request(given), stored);
  const days = textOf(form, 'days');
  return {
    cli: slipway(['sources', stored ? 'rotate' : 'add', body.source], {
      ...kind.options(given),
      'go-modules': form.has('modules'),
      'python-packages': packagesIn(form).join(',') || undefined,
      expires: days ? `${days}d` : undefined,
    }),
    path: '/v1/sources',
    method: stored ? 'PUT' : 'POST',
    body,
  };
}
