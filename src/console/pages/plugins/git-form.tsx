// Publishes a Python plugin, or installs a Go plugin, from a Git repository that the server fetches.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schemas } from '../../data/api.ts';
import { type GoKind, surfaces } from '../../data/other-kinds.ts';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { goCommand, goIn, pythonCommand, pythonIn } from './git-commands.ts';
import { OwnerField } from './owner-field.tsx';
import { reasonsOf } from './rejection.tsx';

const kinds = { extractor: 'Python', pipeline: 'Go pipeline', storage: 'Go storage' } as const;
type Kind = keyof typeof kinds;

interface Props {
  namespace: string;
  close: () => void;
}

export default function GitForm(props: Props) {
  const [kind, setKind] = useState<Kind>('extractor');
  return (
    <>
      <fieldset>
        <legend>Kind of plugin</legend>
        {Object.entries(kinds).map(([value, name]) => (
          <label key={value} className="choice">
            <input type="radio" name="kind" checked={value === kind} onChange={() => setKind(kindOf(value))} /> {name}
          </label>
        ))}
      </fieldset>
      {kind === 'extractor' ? <PythonForm {...props} /> : <GoForm key={kind} kind={kind} {...props} />}
    </>
  );
}

function kindOf(text: string): Kind {
  return text === 'pipeline' || text === 'storage' ? text : 'extractor';
}

function PythonForm({ namespace, close }: Props) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const mayDeploy = key.scopes.includes('plugins:deploy');
  const done = usePublished(namespace, close);
  const publish = (form: FormData) =>
    textOf(form, 'owner') === 'organization'
      ? api.post('/v1/plugins/from-git', { body: pythonIn(form) })
      : api.post('/v1/namespaces/{namespace_id}/plugins/from-git', {
          path: { namespace_id: namespace },
          body: pythonIn(form),
        });
  return (
    <ActionForm
      submit="Publish"
      busy="Fetching and scanning…"
      act={publish}
      done={done}
      cancel={close}
      explain={reasonsOf}
      command={(form) => pythonCommand(namespace, form)}
    >
      <p>`manifest.py` says the name and the version.</p>
      <RepositoryFields refHint="A tag, a branch or a full commit hash." isRefRequired />
      <Field label="Folder" hint="Left empty: the root of the repository.">
        {(ids) => <input name="path" maxLength={500} placeholder="plugins/ocr" autoComplete="off" {...ids} />}
      </Field>
      <Field label="Message">{(ids) => <input name="message" maxLength={2000} autoComplete="off" {...ids} />}</Field>
      <OwnerField />
      {mayDeploy && (
        <label className="choice">
          <input type="checkbox" name="deploy" defaultChecked /> Deploy it in this namespace
        </label>
      )}
    </ActionForm>
  );
}

function RepositoryFields({ refHint, isRefRequired }: { refHint: string; isRefRequired: boolean }) {
  return (
    <>
      <Field label="Repository" hint="An https URL. A private repository needs a credential: slipway sources add.">
        {(ids) => (
          <input
            name="repository"
            type="url"
            required
            maxLength={2048}
            placeholder="https://github.com/example/plugins"
            autoComplete="off"
            {...ids}
          />
        )}
      </Field>
      <Field label="Version" hint={refHint}>
        {(ids) => (
          <input
            name="ref"
            required={isRefRequired}
            maxLength={2048}
            placeholder="v1.2.0"
            autoComplete="off"
            {...ids}
          />
        )}
      </Field>
    </>
  );
}

/** Leads to the deployment, to the version, or to the upload as long as it is scanned. */
function usePublished(namespace: string, close: () => void) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async (published: Schemas['PublishedFromGit']) => {
    const { deployment, deployment_error, message, name, namespace_id, upload_id, validation_status, version } =
      published;
    await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
    close();
    say(deployment_error === null ? message : `${message}. It is not deployed: ${deployment_error.message}`);
    if (namespace_id === null)
      return navigate({ to: '/n/$namespace/organization-plugins', params: { namespace }, search: {} });
    if (validation_status === 'pending')
      return navigate({ to: '/n/$namespace/uploads/$upload', params: { namespace, upload: upload_id } });
    if (deployment === null)
      return navigate({
        to: '/n/$namespace/plugins/$name/versions/$version',
        params: { namespace, name, version },
      });
    return navigate({
      to: '/n/$namespace/deployments/$deployment',
      params: { namespace, deployment: deployment.deployment_id },
    });
  };
}

function GoForm({ namespace, kind, close }: Props & { kind: GoKind }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  // Its page shows how far the build is.
  const install = (form: FormData) => api.post(surfaces[kind], { body: goIn(form), headers: { prefer: 'wait=0' } });
  const done = async ({ name }: Schemas['GoPlugin']) => {
    await queries.invalidateQueries({ queryKey: ['go', kind] });
    close();
    await navigate({ to: '/n/$namespace/go/$kind/$name', params: { namespace, kind, name } });
  };
  return (
    <ActionForm
      submit="Install"
      busy="Installing…"
      act={install}
      done={done}
      cancel={close}
      explain={reasonsOf}
      command={(form) => goCommand(kind, form)}
    >
      <p>It is fetched, scanned, built and started, for the whole organization.</p>
      <RepositoryFields refHint="A tag, a branch or a full commit hash. Left empty: main." isRefRequired={false} />
      <Field label="Name" hint="Left empty: that of plugin.yaml, or of the repository.">
        {(ids) => (
          <input name="name" pattern="[A-Za-z0-9][A-Za-z0-9._-]*" maxLength={100} autoComplete="off" {...ids} />
        )}
      </Field>
      <Field label="Description" hint="Left empty: that of plugin.yaml.">
        {(ids) => <input name="description" maxLength={10_000} autoComplete="off" {...ids} />}
      </Field>
      <Field label="Where it runs">
        {(ids) => (
          <select name="placement" {...ids}>
            <option value="">as plugin.yaml says, else in the isolate if it can</option>
            <option value="isolate">in the isolate</option>
            <option value="container">in a container</option>
          </select>
        )}
      </Field>
    </ActionForm>
  );
}
