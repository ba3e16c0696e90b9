// Grants hosts, secrets and memory to a plugin, in addition to what it has.
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas } from '../../data/api.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import type { SameAs } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';

type Kind = Schemas['Grant']['kind'];
const kinds: readonly Kind[] = ['extractor', 'pipeline', 'storage'];

/** `plugin` is filled in where the page is about one. */
export function NewGrant({ plugin, className = 'primary' }: { plugin?: string; className?: string }) {
  return (
    <DialogButton label="Grant" title="Grant something to a plugin" className={className}>
      {(close) => <GrantForm close={close} plugin={plugin} />}
    </DialogButton>
  );
}

function GrantForm({ close, plugin: asked }: { close: () => void; plugin: string | undefined }) {
  const queries = useQueryClient();
  const [kind, setKind] = useState<Kind>('extractor');
  const done = async ({ plugin }: Schemas['Grant']) => {
    await queries.invalidateQueries({ queryKey: ['grants'] });
    await queries.invalidateQueries({ queryKey: ['namespace'] });
    close();
    say(`${plugin} is granted it. Versions get it when they start.`);
  };
  return (
    <ActionForm
      submit="Grant"
      act={(form) => api.put('/v1/grants', { body: grantIn(form, kind) })}
      done={done}
      cancel={close}
      command={(form) => commandOf(grantIn(form, kind))}
    >
      <Field label="Plugin">
        {(ids) => <input name="plugin" required maxLength={200} autoComplete="off" defaultValue={asked} {...ids} />}
      </Field>
      <Field label="Kind">
        {(ids) => (
          <select
            value={kind}
            onChange={({ target }) => setKind(kinds.find((k) => k === target.value) ?? kind)}
            {...ids}
          >
            {kinds.map((known) => (
              <option key={known}>{known}</option>
            ))}
          </select>
        )}
      </Field>
      {kind === 'extractor' && <NamespaceChoice />}
      <Field label="Hosts it may reach" hint="One per line: api.example.com, *.example.com or db.example.com:9042.">
        {(ids) => <textarea name="network" rows={2} {...ids} />}
      </Field>
      <Field label="Secrets it may read" hint="One name per line.">
        {(ids) => <textarea name="secrets" rows={2} {...ids} />}
      </Field>
      <Field label="Memory, in MiB" hint="Left empty: as it is.">
        {(ids) => <input name="memory" type="number" min={64} max={65_536} {...ids} />}
      </Field>
      <Field label="Time for a call, in seconds" hint="Left empty: as it is.">
        {(ids) => <input name="timeout" type="number" min={1} max={120} {...ids} />}
      </Field>
    </ActionForm>
  );
}

function NamespaceChoice() {
  const { data: namespaces } = useSuspenseQuery(namespacesQuery);
  return (
    <Field label="Namespace">
      {(ids) => (
        <select name="namespace" {...ids}>
          {namespaces.results.map(({ namespace_id, namespace_name }) => (
            <option key={namespace_id} value={namespace_id}>
              {namespace_name}
            </option>
          ))}
          <option value="">the organization's own plugin</option>
        </select>
      )}
    </Field>
  );
}

function permissionsIn(form: FormData): Schemas['Permissions'] {
  const lines = (name: string) => textOf(form, name).split(/\s+/).filter(Boolean);
  const [network, secrets] = [lines('network'), lines('secrets')];
  const [memory, timeout] = [textOf(form, 'memory'), textOf(form, 'timeout')];
  return {
    ...(network.length > 0 && { network }),
    ...(secrets.length > 0 && { secrets }),
    ...(memory && { memory_mb: Number(memory) }),
    ...(timeout && { timeout_s: Number(timeout) }),
  };
}

function grantIn(form: FormData, kind: Kind) {
  const namespace = textOf(form, 'namespace');
  return {
    plugin: textOf(form, 'plugin'),
    kind,
    add: true,
    permissions: permissionsIn(form),
    ...(namespace && { namespace }),
  };
}

function commandOf(body: ReturnType<typeof grantIn>): SameAs {
  const { kind, namespace, permissions, plugin } = body;
  const { memory_mb, network, secrets, timeout_s } = permissions;
  return {
    cli: slipway(['grants', 'give', plugin], {
      kind,
      org: kind === 'extractor' && namespace === undefined,
      namespace,
      network,
      secret: secrets,
      'memory-mb': memory_mb?.toString(),
      'timeout-s': timeout_s?.toString(),
    }),
    path: '/v1/grants',
    method: 'PUT',
    body,
  };
}
