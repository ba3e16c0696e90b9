// Creates a deploy hook, and shows its URL and secret, which the provider needs.
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas } from '../../data/api.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import { Copyable, type SameAs } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { NewSecret } from '../../parts/secret.tsx';

type Creation = Schemas['DeployHookCreation'];

const providers: Record<Creation['provider'], string> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  gitea: 'Gitea or Forgejo',
  generic: 'another program',
};
const kinds: readonly Creation['kind'][] = ['extractor', 'pipeline', 'storage'];

export function NewHook() {
  return (
    <DialogButton label="Create a hook" title="Create a deploy hook" className="primary">
      {(close) => <CreateHook close={close} />}
    </DialogButton>
  );
}

function CreateHook({ close }: { close: () => void }) {
  const queries = useQueryClient();
  const [created, setCreated] = useState<Schemas['DeployHookWithSecret']>();
  if (created) return <Created hook={created} close={close} />;
  const done = async (hook: Schemas['DeployHookWithSecret']) => {
    setCreated(hook);
    await queries.invalidateQueries({ queryKey: ['hooks'] });
  };
  return (
    <ActionForm
      submit="Create the hook"
      act={(form) => api.post('/v1/deploy-hooks', { body: hookIn(form) })}
      done={done}
      cancel={close}
      command={(form) => commandOf(hookIn(form))}
    >
      <PluginFields />
      <Field label="Who sends the pushes">
        {(ids) => (
          <select name="provider" {...ids}>
            {Object.entries(providers).map(([provider, name]) => (
              <option key={provider} value={provider}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Repository" hint="Left empty: where the plugin's active version came from.">
        {(ids) => <input name="repository" type="url" maxLength={2048} autoComplete="off" {...ids} />}
      </Field>
      <Field label="Branches" hint="One per line. `*` stands for any characters but a slash.">
        {(ids) => <textarea name="branches" rows={2} placeholder="main" {...ids} />}
      </Field>
      <Field label="Tags" hint="One per line. With neither branches nor tags: all tags.">
        {(ids) => <textarea name="tags" rows={2} placeholder="v*" {...ids} />}
      </Field>
    </ActionForm>
  );
}

function PluginFields() {
  const { data: namespaces } = useSuspenseQuery(namespacesQuery);
  return (
    <>
      <Field label="Plugin" hint="It exists already.">
        {(ids) => <input name="plugin" required maxLength={100} autoComplete="off" {...ids} />}
      </Field>
      <Field label="Kind">
        {(ids) => (
          <select name="kind" {...ids}>
            {kinds.map((kind) => (
              <option key={kind}>{kind}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Namespace" hint="Of an extractor. Go plugins have none.">
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
    </>
  );
}

function hookIn(form: FormData): Creation {
  const lines = (name: string) => textOf(form, name).split(/\s+/).filter(Boolean);
  const kind = kinds.find((known) => known === textOf(form, 'kind')) ?? 'extractor';
  const [namespace, repository] = [textOf(form, 'namespace'), textOf(form, 'repository')];
  const [branches, tags] = [lines('branches'), lines('tags')];
  return {
    kind,
    plugin: textOf(form, 'plugin'),
    provider: providerIn(textOf(form, 'provider')),
    ...(kind === 'extractor' && namespace && { namespace_id: namespace }),
    ...(kind === 'extractor' && !namespace && { action: 'publish' as const }),
    ...(repository && { repository }),
    ...(branches.length > 0 && { branches }),
    ...(tags.length > 0 && { tags }),
  };
}

function commandOf(body: Creation): SameAs {
  const { action, branches, kind, namespace_id, plugin, provider, repository, tags } = body;
  return {
    cli: slipway(['hooks', 'create', plugin], {
      kind,
      provider,
      repository,
      branch: branches,
      tag: tags,
      action,
      org: action === 'publish',
      namespace: namespace_id,
    }),
    path: '/v1/deploy-hooks',
    method: 'POST',
    body,
  };
}

function providerIn(chosen: string): Creation['provider'] {
  const known = Object.keys(providers).filter((name): name is Creation['provider'] => name in providers);
  return known.find((name) => name === chosen) ?? 'generic';
}

function Created({ hook: { url, secret }, close }: { hook: Schemas['DeployHookWithSecret']; close: () => void }) {
  return (
    <>
      <p>
        The provider sends pushes to <Copyable text={url} />
      </p>
      <NewSecret secret={secret}>
        <p>The provider signs each push with it.</p>
      </NewSecret>
      <button type="button" className="primary" onClick={close}>
        Done
      </button>
    </>
  );
}
