// Adds a private source's credential, or replaces its token or key. Secrets are write-only.
import { useState } from 'react';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { Action } from '../../parts/actions/action.tsx';
import { CheckBox, type Choice, daysAhead, SelectField, TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { type CredentialField, type CredentialKind, credentialKinds, withoutSecrets } from './credentials.ts';
import { sourcesQuery } from './queries.ts';

interface Props {
  /** The credential to rotate. Undefined to add one. */
  stored?: Schemas['Source'];
  close: () => void;
}

const lifetimes: readonly Choice[] = [
  ['', 'not known'],
  ['30', 'in 30 days'],
  ['90', 'in 90 days'],
  ['365', 'in a year'],
];

export default function CredentialForm({ stored, close }: Props) {
  const [kind, setKind] = useState(
    () => credentialKinds.find(({ isOf }) => stored && isOf(stored)) ?? credentialKinds[0],
  );
  if (kind === undefined) return null;
  const request = (form: FormData) => {
    const typed = Object.fromEntries(kind.fields.map(({ name }) => [name, readText(form, name)]));
    const shown = requestFor(requestIn(form, kind.request(withoutSecrets(kind, typed)), stored), stored);
    const send = async () =>
      requestFor(requestIn(form, kind.request(await givenIn(form, kind)), stored), stored).send();
    return { ...shown, send };
  };
  return (
    <Action
      submit={stored ? 'Rotate' : 'Add'}
      request={request}
      cli={(form) => commandFor(form, kind, stored)}
      changes={[sourcesQuery.queryKey]}
      said={({ source }) =>
        stored
          ? `The credential for ${source} is replaced. The next fetch uses the new one.`
          : `The credential for ${source} is added.`
      }
      close={close}
    >
      <SourceField {...(stored && { stored })} />
      <KindChoice kind={kind} choose={setKind} />
      {kind.fields.map((field) => (
        <CredentialInput key={`${kind.label} ${field.name}`} field={field} />
      ))}
      <SelectField
        name="days"
        label="Expires"
        hint="The expiry date that the server shows. Slipway uses the credential until the server rejects it."
        choices={lifetimes}
      />
      {!stored && (
        <>
          <CheckBox name="modules">Go modules below the source are private (GOPRIVATE)</CheckBox>
          <TextField
            name="packages"
            label="Python packages"
            hint="For a Python index: packages that only this index serves, separated by commas. Leave empty for repositories."
            placeholder="acme-*"
            spellCheck={false}
          />
        </>
      )}
    </Action>
  );
}

function requestFor(body: Schemas['SourceRequest'], stored: Schemas['Source'] | undefined) {
  return stored ? apiRequest('put', '/v1/sources', { body }) : apiRequest('post', '/v1/sources', { body });
}

function SourceField({ stored }: Pick<Props, 'stored'>) {
  if (stored)
    return (
      <p>
        Fetches in progress finish with the old credential. Revoke the old token or key at {stored.source} afterwards.
      </p>
    );
  return (
    <TextField
      name="source"
      label="Source"
      hint="A host, or a host and a path prefix."
      required
      maxLength={500}
      placeholder="git.example.com/acme"
      spellCheck={false}
    />
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

function CredentialInput({ field: { isOptional, type, ...field } }: { field: CredentialField }) {
  const required = isOptional !== true;
  if (type === 'file') return <TextField type="file" accept=".pem,.key" required={required} {...field} />;
  if (type === 'secret')
    return <TextField type="password" required={required} autoComplete="new-password" {...field} />;
  return <TextField required={required} {...field} />;
}

/** Returns the field values. Reads a file only when the form is sent. */
async function givenIn(form: FormData, { fields }: CredentialKind): Promise<Record<string, string>> {
  const values = fields.map(async ({ name }): Promise<[string, string]> => {
    const value = form.get(name);
    return [name, value instanceof File ? await value.text() : readText(form, name)];
  });
  return Object.fromEntries(await Promise.all(values));
}

function requestIn(
  form: FormData,
  credential: ReturnType<CredentialKind['request']>,
  stored: Schemas['Source'] | undefined,
): Schemas['SourceRequest'] {
  const expires_at = daysAhead(form, 'days');
  const packages = packagesIn(form);
  return {
    source: stored?.source ?? readText(form, 'source'),
    ...credential,
    ...(form.has('modules') && { go_modules: true }),
    ...(packages.length > 0 && { python_packages: packages }),
    ...(expires_at && { expires_at }),
  };
}

function packagesIn(form: FormData): string[] {
  return readText(form, 'packages')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function commandFor(form: FormData, kind: CredentialKind, stored: Schemas['Source'] | undefined): string {
  const typed = Object.fromEntries(kind.fields.map(({ name }) => [name, readText(form, name)]));
  const days = readText(form, 'days');
  return slipway(['sources', stored ? 'rotate' : 'add', stored?.source ?? readText(form, 'source')], {
    ...kind.options(withoutSecrets(kind, typed)),
    'go-modules': form.has('modules'),
    'python-packages': packagesIn(form).join(',') || undefined,
    expires: days ? `${days}d` : undefined,
  });
}
