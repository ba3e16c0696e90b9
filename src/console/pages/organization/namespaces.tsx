// The namespaces that the key can see, with their actions. If there is only one, its overview is the start page.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Navigate, useRouteContext, useSearch } from '@tanstack/react-router';
import { extractorPlacements } from '../../../contract/states.ts';
import { severities } from '../../data/advisories/advisory-queries.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { forgetNamespace } from '../../data/namespace.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { planText } from '../../data/releases/plan-text.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { timeColumn } from '../../parts/columns.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { SelectField, TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { placementChoices } from '../../parts/plugins/placement.ts';
import { releaseChoices, releaseIn, releaseWord } from '../../parts/plugins/release-field.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';
import { added } from '../../points.ts';

type Namespace = Schemas['Namespace'];

for (const { load } of added('namespaceActions')) load();

export function NamespacesPage() {
  const { data } = useSuspenseQuery(namespacesQuery);
  const { all } = useSearch({ from: '/signed-in/' });
  const { key } = useRouteContext({ from: '/signed-in' });
  const mayChange = key.scopes.includes('namespaces:admin');
  const [first, ...others] = data.results;
  if (first !== undefined && others.length === 0 && !all)
    return <Navigate to="/n/$namespace" params={{ namespace: first.namespace_id }} search={{}} replace />;
  return (
    <>
      <PageHead title="Namespaces" actions={mayChange && key.namespace_ids === null && <NewNamespace />} />
      <Table
        caption="Namespaces"
        columns={mayChange ? [...columns, actions] : columns}
        rows={data.results}
        keyOf={({ namespace_id }) => namespace_id}
      />
      <AsCommand cli="slipway namespaces list" path="/v1/namespaces/list" method="POST" />
    </>
  );
}

const columns: Column<Namespace>[] = [
  {
    id: 'name',
    title: 'Namespace',
    kind: 'varies',
    sortBy: ({ namespace_name }) => namespace_name,
    cell: ({ namespace_id, namespace_name, description }) => (
      <>
        <Link to="/n/$namespace" params={{ namespace: namespace_id }} search={{}}>
          {visible(namespace_name)}
        </Link>{' '}
        {description !== null && <span className="quiet">{visible(description)}</span>}
      </>
    ),
  },
  {
    id: 'kept',
    title: 'Live versions kept',
    hidden: 'below-900',
    cell: ({ keep_live_versions: kept }) => (kept === null ? 'all' : `${kept} of each plugin`),
  },
  {
    id: 'release',
    title: 'Releases',
    hidden: 'below-900',
    cell: ({ default_release }) => planText(default_release),
  },
  {
    id: 'id',
    title: 'ID',
    hidden: 'below-900',
    cell: ({ namespace_id, namespace_name }) => (
      <>
        <code>{namespace_id}</code> <Copyable text={namespace_id} label={`of ${visible(namespace_name)}`} isShort />
      </>
    ),
  },
  timeColumn('created', 'Created', ({ created_at }) => created_at, 'below-600'),
];

const actions: Column<Namespace> = {
  id: 'actions',
  title: 'Actions',
  cell: (namespace) => <NamespaceActions namespace={namespace} />,
};

/** Every organization has this namespace. It can't be renamed or deleted. */
const defaultName = 'default';
/** Creating a namespace requires an extractor. */
const firstExtractor = 'text_extractor@v1';

interface Props {
  namespace: Namespace;
}

function NamespaceActions({ namespace }: Props) {
  return (
    <span className="actions">
      <Edit namespace={namespace} />
      {added('namespaceActions').map(({ Action, name }) => (
        <Action key={name} namespace={namespace} />
      ))}
      {namespace.namespace_name !== defaultName && <Delete namespace={namespace} />}
    </span>
  );
}

function NewNamespace() {
  return (
    <ActionDialog
      label="Create a namespace"
      title="Create a namespace"
      className="primary"
      submit="Create the namespace"
      request={(form) => apiRequest('post', '/v1/namespaces', { body: creationIn(form) })}
      cli={(form) =>
        slipway(['namespaces', 'create', readText(form, 'name')], {
          description: readText(form, 'description') || undefined,
          extractor: readText(form, 'extractor') === firstExtractor ? undefined : readText(form, 'extractor'),
        })
      }
      changes={[namespacesQuery.queryKey]}
      said={({ namespace_name }) => `${visible(namespace_name)} is created.`}
      link={({ namespace_id: namespace }) => ({
        to: { to: '/n/$namespace/plugins', params: { namespace } },
        text: 'Its plugins',
      })}
    >
      <TextField name="name" label="Name" required maxLength={200} placeholder="staging" />
      <TextField name="description" label="Description" maxLength={2000} />
      <TextField
        name="extractor"
        label="First extractor"
        hint="NAME@VERSION. It is stored with the namespace."
        required
        pattern="[^@]+@[^@]+"
        defaultValue={firstExtractor}
      />
    </ActionDialog>
  );
}

function creationIn(form: FormData) {
  const [name = '', version = ''] = readText(form, 'extractor').split('@');
  const description = readText(form, 'description');
  return {
    namespace_name: readText(form, 'name'),
    feature_extractors: [{ feature_extractor_name: name, version }],
    ...(description && { description }),
  };
}

function Edit({ namespace }: Props) {
  const { default_release: release, description, keep_live_versions: kept, namespace_id, namespace_name } = namespace;
  const { placement } = namespace;
  const path = { namespace_identifier: namespace_id };
  return (
    <ActionDialog
      label="Edit"
      title={`Edit ${visible(namespace_name)}`}
      className="small"
      submit="Save"
      request={(form) => apiRequest('patch', '/v1/namespaces/{namespace_identifier}', { path, body: changesIn(form) })}
      cli={(form) =>
        slipway(['namespaces', 'edit', namespace_id], {
          name: readText(form, 'name') || undefined,
          description: readText(form, 'description'),
          'keep-live-versions': readText(form, 'kept') || 'all',
          placement: readText(form, 'placement') || 'inherit',
          'default-release': releaseWord(form),
          'refuse-advisories': readText(form, 'refused') || 'none',
          'dependencies-older-than': readText(form, 'age') || 'none',
        })
      }
      changes={[namespacesQuery.queryKey]}
      said={() => 'The namespace is changed.'}
    >
      {namespace_name !== defaultName && (
        <TextField
          name="name"
          label="Name"
          hint="The ID stays the same."
          required
          maxLength={200}
          defaultValue={namespace_name}
        />
      )}
      <TextField name="description" label="Description" maxLength={2000} defaultValue={description ?? ''} />
      <TextField
        name="kept"
        label="Live versions to keep per plugin"
        hint="A promotion undeploys older ones. If empty, all stay live."
        type="number"
        min={1}
        max={1000}
        defaultValue={kept ?? ''}
      />
      <SelectField
        name="placement"
        label="Plugins run"
        hint="Unless their manifest says otherwise. Applies to deployments from now on."
        choices={[['', "where the organization's default says"], ...placementChoices]}
        defaultValue={placement ?? ''}
      />
      <DefaultReleaseField release={release} />
      <DependencyFields namespace={namespace} />
    </ActionDialog>
  );
}

/** Fields for the packages that a new version may contain. */
function DependencyFields({ namespace }: Props) {
  return (
    <>
      <SelectField
        name="refused"
        label="Refuse new deployments with advisories"
        hint="Live versions stay live, and rollbacks work."
        choices={[['', 'never'], ...severities.map((one) => [one, `from severity ${one}`] as const)]}
        defaultValue={namespace.refuse_advisories ?? ''}
      />
      <TextField
        name="age"
        label="Least age of packages"
        hint="In hours, days or weeks, such as 12h, 3d or 2w. If empty, any age."
        pattern="[1-9][0-9]{0,2}[hdw]"
        defaultValue={namespace.dependencies_older_than ?? ''}
      />
    </>
  );
}

function DefaultReleaseField({ release }: { release: Schemas['Namespace']['default_release'] }) {
  const isPlan = release !== null && release !== 'immediate';
  return (
    <SelectField
      name="release"
      label="Calls move to a new version"
      hint="Unless the deployment or the manifest says otherwise."
      choices={isPlan ? [['', `${planText(release)}, as set`], ...releaseChoices] : releaseChoices}
      defaultValue={isPlan ? '' : 'immediate'}
    />
  );
}

function changesIn(form: FormData): Schemas['NamespaceChanges'] {
  const [name, kept, place] = [readText(form, 'name'), readText(form, 'kept'), readText(form, 'placement')];
  const { release } = releaseIn(form);
  return {
    ...(name && { namespace_name: name }),
    description: readText(form, 'description') || null,
    keep_live_versions: kept === '' ? null : Number(kept),
    placement: extractorPlacements.find((one) => one === place) ?? null,
    ...(release !== undefined && { default_release: release }),
    refuse_advisories: severities.find((one) => one === readText(form, 'refused')) ?? null,
    dependencies_older_than: readText(form, 'age') || null,
  };
}

function Delete({ namespace: { namespace_id, namespace_name } }: Props) {
  const name = visible(namespace_name);
  const request = () => {
    const path = { namespace_identifier: namespace_id };
    const deletion = apiRequest('delete', '/v1/namespaces/{namespace_identifier}', { path });
    const send = async () => {
      await deletion.send();
      forgetNamespace(namespace_id);
    };
    return { ...deletion, send };
  };
  return (
    <ActionDialog
      label="Delete"
      title={`Delete ${name}`}
      typed={namespace_name}
      request={request}
      cli={() => slipway(['namespaces', 'delete', namespace_id], { yes: namespace_id })}
      changes={[namespacesQuery.queryKey]}
      said={() => `${name} is deleted.`}
    >
      <p>
        All its plugins are deleted with all versions, deployments, secrets and models; calls to them fail. This cannot
        be undone.
      </p>
    </ActionDialog>
  );
}
