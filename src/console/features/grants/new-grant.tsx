// Grants hosts, secrets and memory to a plugin, in addition to its existing grant.
import { useState } from 'react';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { AreaField, SelectField, sameTexts, TextField, useNamespaceChoices, wordsIn } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';

const kinds: readonly Schemas['Grant']['kind'][] = ['extractor', 'pipeline', 'storage'];

/** `plugin` is filled in on a plugin's own page. */
export default function NewGrant({ plugin, className = 'primary' }: { plugin?: string; className?: string }) {
  return (
    <ActionDialog
      label="Grant"
      title="Grant permissions to a plugin"
      className={className}
      request={(form) => apiRequest('put', '/v1/grants', { body: grantIn(form) })}
      cli={(form) => commandFor(grantIn(form))}
      changes={[['grants'], ['namespace']]}
      said={(granted) => `Granted to ${granted.plugin}. Versions get the permissions when they start.`}
    >
      <TextField name="plugin" label="Plugin" required maxLength={200} defaultValue={plugin} />
      <KindFields />
      <AreaField
        name="network"
        label="Hosts it may reach"
        hint="One per line: api.example.com, *.example.com or db.example.com:9042."
      />
      <AreaField name="secrets" label="Secrets it may read" hint="One name per line." />
      <TextField
        name="memory"
        label="Memory, in MiB"
        hint="Leave empty to keep the current value."
        type="number"
        min={64}
        max={65_536}
      />
      <TextField
        name="timeout"
        label="Time limit of a call, in seconds"
        hint="Leave empty to keep the current value."
        type="number"
        min={1}
        max={120}
      />
    </ActionDialog>
  );
}

/** Only extractors belong to a namespace. */
function KindFields() {
  const [kind, setKind] = useState('extractor');
  const namespaces = useNamespaceChoices();
  return (
    <>
      <SelectField
        name="kind"
        label="Kind"
        choices={sameTexts(kinds)}
        value={kind}
        onChange={({ target }) => setKind(target.value)}
      />
      {kind === 'extractor' && (
        <SelectField
          name="namespace"
          label="Namespace"
          choices={[...namespaces, ['', "the organization's own plugin"]]}
        />
      )}
    </>
  );
}

function permissionsIn(form: FormData): Schemas['Permissions'] {
  const [network, secrets] = [wordsIn(form, 'network'), wordsIn(form, 'secrets')];
  const [memory, timeout] = [readText(form, 'memory'), readText(form, 'timeout')];
  return {
    ...(network.length > 0 && { network }),
    ...(secrets.length > 0 && { secrets }),
    ...(memory && { memory_mb: Number(memory) }),
    ...(timeout && { timeout_s: Number(timeout) }),
  };
}

function grantIn(form: FormData) {
  const kind = kinds.find((known) => known === readText(form, 'kind')) ?? 'extractor';
  const namespace = readText(form, 'namespace');
  return {
    plugin: readText(form, 'plugin'),
    kind,
    add: true,
    permissions: permissionsIn(form),
    ...(namespace && { namespace }),
  };
}

function commandFor({ kind, namespace, permissions, plugin }: ReturnType<typeof grantIn>): string {
  const { memory_mb, network, secrets, timeout_s } = permissions;
  return slipway(['grants', 'give', plugin], {
    kind,
    org: kind === 'extractor' && namespace === undefined,
    namespace,
    network,
    secret: secrets,
    'memory-mb': memory_mb?.toString(),
    'timeout-s': timeout_s?.toString(),
  });
}
