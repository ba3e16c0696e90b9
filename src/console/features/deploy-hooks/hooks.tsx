// Deploy hooks: which repositories deploy on push, and which plugin each one updates.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { NewSecret } from '../../parts/actions/rotate-secret.tsx';
import { timeColumn } from '../../parts/columns.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import {
  AreaField,
  type Choice,
  SelectField,
  sameTexts,
  TextField,
  useNamespaceChoices,
  wordsIn,
} from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { ResourcePage } from '../../parts/resource-page.tsx';
import { Status } from '../../parts/status.tsx';
import type { Column } from '../../parts/table.tsx';
import { hooksQuery } from './queries.ts';

type Hook = Schemas['DeployHook'];

export function HooksPage() {
  return (
    <ResourcePage
      title="Deploy hooks"
      actions={<NewHook />}
      query={useInfiniteQuery(hooksQuery)}
      empty={{
        text: "No deploy hooks yet. A hook is a URL that receives a repository's pushes; each push deploys a plugin.",
        command: 'slipway hooks create my_plugin --provider github --branch main',
      }}
      caption="Deploy hooks"
      columns={columns}
      keyOf={({ hook_id }) => hook_id}
      command={{ cli: 'slipway hooks list', path: '/v1/deploy-hooks' }}
    />
  );
}

const columns: Column<Hook>[] = [
  {
    id: 'plugin',
    title: 'Plugin',
    sortBy: ({ plugin }) => plugin,
    cell: ({ hook_id, plugin, kind }) => (
      <>
        <Link to="/deploy-hooks/$hook" params={{ hook: hook_id }} search={{}}>
          {plugin}
        </Link>{' '}
        <span className="kind">{kind}</span>
      </>
    ),
  },
  { id: 'status', title: 'Status', cell: ({ status }) => <HookStatus status={status} /> },
  {
    id: 'repository',
    title: 'Repository',
    kind: 'varies',
    hidden: 'below-600',
    sortBy: ({ repository }) => repository,
    cell: ({ repository, path }) => (path === null ? repository : `${repository} · ${path}`),
  },
  { id: 'refs', title: 'Branches and tags', hidden: 'below-900', cell: (hook) => describeRefs(hook) },
  { id: 'action', title: 'A push', hidden: 'below-900', cell: ({ action }) => actionTexts[action] },
  timeColumn('changed', 'Changed', ({ updated_at }) => updated_at, 'below-900'),
];

export const actionTexts: Record<Hook['action'], string> = {
  update: 'publishes and deploys',
  publish: 'publishes',
  redeploy: 'deploys again',
};

export function describeRefs({ branches, tags }: Pick<Hook, 'branches' | 'tags'>): string {
  return [...branches, ...tags.map((tag) => `tag ${tag}`)].join(', ');
}

export function HookStatus({ status }: Pick<Hook, 'status'>) {
  return status === 'enabled' ? <Status tone="good">Enabled</Status> : <Status tone="quiet">Disabled</Status>;
}

type Creation = Schemas['DeployHookCreation'];

const providers: Record<Creation['provider'], string> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  gitea: 'Gitea or Forgejo',
  generic: 'another program',
};
const kinds: readonly Creation['kind'][] = ['extractor', 'pipeline', 'storage'];

function NewHook() {
  return (
    <ActionDialog
      label="Create a hook"
      title="Create a deploy hook"
      className="primary"
      submit="Create the hook"
      request={(form) => apiRequest('post', '/v1/deploy-hooks', { body: hookIn(form) })}
      cli={(form) => commandFor(hookIn(form))}
      changes={[['hooks']]}
      shows={(hook) => <Created hook={hook} />}
    >
      <TextField name="plugin" label="Plugin" hint="It exists already." required maxLength={100} />
      <SelectField name="kind" label="Kind" choices={sameTexts(kinds)} />
      <NamespaceField />
      <SelectField name="provider" label="Git provider" choices={Object.entries(providers)} />
      <TextField
        name="repository"
        label="Repository"
        hint="If empty, uses the source of the plugin's active version."
        type="url"
        maxLength={2048}
      />
      <AreaField
        name="branches"
        label="Branches"
        hint="One per line. `*` matches any characters except a slash."
        placeholder="main"
      />
      <AreaField
        name="tags"
        label="Tags"
        hint="One per line. If you enter neither branches nor tags, all tags are deployed."
        placeholder="v*"
      />
    </ActionDialog>
  );
}

function NamespaceField() {
  const choices: Choice[] = [...useNamespaceChoices(), ['', "the organization's own plugin"]];
  return (
    <SelectField
      name="namespace"
      label="Namespace"
      hint="For extractors only. Go plugins have none."
      choices={choices}
    />
  );
}

function hookIn(form: FormData): Creation {
  const kind = kinds.find((known) => known === readText(form, 'kind')) ?? 'extractor';
  const [namespace, repository] = [readText(form, 'namespace'), readText(form, 'repository')];
  const [branches, tags] = [wordsIn(form, 'branches'), wordsIn(form, 'tags')];
  return {
    kind,
    plugin: readText(form, 'plugin'),
    provider: providerIn(readText(form, 'provider')),
    ...(kind === 'extractor' && namespace && { namespace_id: namespace }),
    ...(kind === 'extractor' && !namespace && { action: 'publish' as const }),
    ...(repository && { repository }),
    ...(branches.length > 0 && { branches }),
    ...(tags.length > 0 && { tags }),
  };
}

function commandFor(body: Creation): string {
  const { action, branches, kind, namespace_id, plugin, provider, repository, tags } = body;
  return slipway(['hooks', 'create', plugin], {
    kind,
    provider,
    repository,
    branch: branches,
    tag: tags,
    action,
    org: action === 'publish',
    namespace: namespace_id,
  });
}

function providerIn(chosen: string): Creation['provider'] {
  const known = Object.keys(providers).filter((name): name is Creation['provider'] => name in providers);
  return known.find((name) => name === chosen) ?? 'generic';
}

function Created({ hook: { url, secret } }: { hook: Schemas['DeployHookWithSecret'] }) {
  return (
    <>
      <p>
        The provider sends pushes to <Copyable text={url} />
      </p>
      <NewSecret secret={secret}>
        <p>The provider uses it to sign each push.</p>
      </NewSecret>
    </>
  );
}
