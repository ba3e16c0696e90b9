// Creates, changes and deletes namespaces, and reconciles the vector features of one.
import { useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../data/api.ts';
import { forgetNamespace } from '../../data/namespace.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';
import { visible } from '../../parts/visible-text.ts';

type Namespace = Schemas['Namespace'];

/** Every organization has it. It keeps its name, and is not deleted. */
const defaultName = 'default';
/** Creating a namespace requires an extractor. */
const firstExtractor = 'text_extractor@v1';

interface Props {
  namespace: Namespace;
}

interface FormProps extends Props {
  close: () => void;
}

export function NamespaceActions({ namespace }: Props) {
  const name = visible(namespace.namespace_name);
  return (
    <span className="actions">
      <DialogButton label="Edit" title={`Edit ${name}`} className="small">
        {(close) => <Edit namespace={namespace} close={close} />}
      </DialogButton>
      <DialogButton label="Reconfigure" title={`Reconfigure the vectors of ${name}`} className="small">
        {(close) => <Reconfigure namespace={namespace} close={close} />}
      </DialogButton>
      {namespace.namespace_name !== defaultName && <Delete namespace={namespace} />}
    </span>
  );
}

export function NewNamespace() {
  return (
    <DialogButton label="Create a namespace" title="Create a namespace" className="primary">
      {(close) => <Create close={close} />}
    </DialogButton>
  );
}

function Create({ close }: Pick<FormProps, 'close'>) {
  const queries = useQueryClient();
  const done = async ({ namespace_id: namespace, namespace_name }: Namespace) => {
    await queries.invalidateQueries(namespacesQuery);
    close();
    say(`${visible(namespace_name)} is created.`, {
      to: { to: '/n/$namespace/plugins', params: { namespace } },
      text: 'Its plugins',
    });
  };
  return (
    <ActionForm
      submit="Create the namespace"
      act={(form) => api.post('/v1/namespaces', { body: creationIn(form) })}
      done={done}
      cancel={close}
      command={(form) => ({
        cli: slipway(['namespaces', 'create', textOf(form, 'name')], {
          description: textOf(form, 'description') || undefined,
          extractor: textOf(form, 'extractor') === firstExtractor ? undefined : textOf(form, 'extractor'),
        }),
        path: '/v1/namespaces',
        method: 'POST',
        body: creationIn(form),
      })}
    >
      <Field label="Name">
        {(ids) => <input name="name" required maxLength={200} placeholder="staging" autoComplete="off" {...ids} />}
      </Field>
      <DescriptionField />
      <Field label="First extractor" hint="NAME@VERSION. It is stored with the namespace.">
        {(ids) => (
          <input
            name="extractor"
            required
            pattern="[^@]+@[^@]+"
            defaultValue={firstExtractor}
            autoComplete="off"
            {...ids}
          />
        )}
      </Field>
    </ActionForm>
  );
}

function creationIn(form: FormData) {
  const [name = '', version = ''] = textOf(form, 'extractor').split('@');
  const description = textOf(form, 'description');
  return {
    namespace_name: textOf(form, 'name'),
    feature_extractors: [{ feature_extractor_name: name, version }],
    ...(description && { description }),
  };
}

function DescriptionField({ value }: { value?: string | null }) {
  return (
    <Field label="Description">
      {(ids) => <input name="description" maxLength={2000} defaultValue={value ?? ''} autoComplete="off" {...ids} />}
    </Field>
  );
}

function Edit({ namespace, close }: FormProps) {
  const queries = useQueryClient();
  const { description, keep_live_versions: kept, namespace_id, namespace_name } = namespace;
  const path = { namespace_identifier: namespace_id };
  const done = async () => {
    await queries.invalidateQueries(namespacesQuery);
    close();
    say('The namespace is changed.');
  };
  return (
    <ActionForm
      submit="Save"
      act={(form) => api.patch('/v1/namespaces/{namespace_identifier}', { path, body: changesIn(form) })}
      done={done}
      cancel={close}
      command={(form) => ({
        cli: slipway(['namespaces', 'edit', namespace_id], {
          name: textOf(form, 'name') || undefined,
          description: textOf(form, 'description'),
          'keep-live-versions': textOf(form, 'kept') || 'all',
        }),
        path: `/v1/namespaces/${namespace_id}`,
        method: 'PATCH',
        body: changesIn(form),
      })}
    >
      {namespace_name !== defaultName && (
        <Field label="Name" hint="The ID stays the same.">
          {(ids) => (
            <input name="name" required maxLength={200} defaultValue={namespace_name} autoComplete="off" {...ids} />
          )}
        </Field>
      )}
      <DescriptionField value={description} />
      <Field
        label="Live versions kept of each plugin"
        hint="A promotion undeploys older ones. Left empty: all stay live."
      >
        {(ids) => <input name="kept" type="number" min={1} max={1000} defaultValue={kept ?? ''} {...ids} />}
      </Field>
    </ActionForm>
  );
}

function changesIn(form: FormData): Schemas['NamespaceChanges'] {
  const [name, kept] = [textOf(form, 'name'), textOf(form, 'kept')];
  return {
    ...(name && { namespace_name: name }),
    description: textOf(form, 'description') || null,
    keep_live_versions: kept === '' ? null : Number(kept),
  };
}

function Reconfigure({ namespace: { namespace_id }, close }: FormProps) {
  const path = '/v1/namespaces/{namespace_id}/plugins/reconfigure';
  const done = ({ message }: Schemas['NamespaceReconfigured']) => {
    close();
    say(message);
  };
  return (
    <ActionForm
      submit="Reconfigure"
      act={() => api.post(path, { path: { namespace_id }, body: { confirm: true } })}
      done={done}
      cancel={close}
      command={() => ({
        cli: slipway(['namespaces', 'reconfigure'], { namespace: namespace_id, yes: true }),
        path: path.replace('{namespace_id}', namespace_id),
        method: 'POST',
        body: { confirm: true },
      })}
    >
      <p>
        Adds the vector features that deployed plugins declare, and removes empty ones that none declares. Stored
        vectors are never deleted.
      </p>
    </ActionForm>
  );
}

function Delete({ namespace: { namespace_id, namespace_name } }: Props) {
  const queries = useQueryClient();
  const name = visible(namespace_name);
  const remove = async () => {
    await api.delete('/v1/namespaces/{namespace_identifier}', { path: { namespace_identifier: namespace_id } });
    forgetNamespace(namespace_id);
    await queries.invalidateQueries(namespacesQuery);
    say(`${name} is deleted.`);
  };
  return (
    <TypedConfirmation
      label="Delete"
      title={`Delete ${name}`}
      name={namespace_name}
      act={remove}
      command={() => ({
        cli: slipway(['namespaces', 'delete', namespace_id], { yes: namespace_id }),
        path: `/v1/namespaces/${namespace_id}`,
        method: 'DELETE',
      })}
    >
      <p>
        All its plugins are deleted with all versions, deployments, secrets and models, and calls to them fail. It
        cannot be restored.
      </p>
    </TypedConfirmation>
  );
}
