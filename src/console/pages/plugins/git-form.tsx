// Publishes a Python plugin or installs a Go plugin from a Git repository that the server fetches.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { type GoKind, goSurfaces } from '../../../contract/plugin/go-kinds.ts';
import { api, apiRequest, type Schemas } from '../../data/api.ts';
import { Action } from '../../parts/actions/action.tsx';
import { CheckBox, type Choice, SelectField, TextField } from '../../parts/fields.tsx';
import { ActionForm, readText } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { goCommand, goIn, pythonCommand, pythonIn } from './git-commands.ts';
import { OwnerField } from './owner-field.tsx';
import { listReasons } from './rejection.tsx';

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
    readText(form, 'owner') === 'organization'
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
      explain={listReasons}
      command={(form) => pythonCommand(namespace, form)}
    >
      <p>`manifest.py` sets the name and the version.</p>
      <RepositoryFields refHint="A tag, a branch or a full commit hash." isRefRequired />
      <TextField
        name="path"
        label="Folder"
        hint="If empty, uses the repository's root."
        maxLength={500}
        placeholder="plugins/ocr"
      />
      <TextField name="message" label="Message" maxLength={2000} />
      <OwnerField />
      {mayDeploy && (
        <CheckBox name="deploy" defaultChecked>
          Deploy it in this namespace
        </CheckBox>
      )}
    </ActionForm>
  );
}

function RepositoryFields({ refHint, isRefRequired }: { refHint: string; isRefRequired: boolean }) {
  return (
    <>
      <TextField
        name="repository"
        label="Repository"
        hint="An https URL. A private repository needs a credential: slipway sources add."
        type="url"
        required
        maxLength={2048}
        placeholder="https://github.com/example/plugins"
      />
      <TextField
        name="ref"
        label="Version"
        hint={refHint}
        required={isRefRequired}
        maxLength={2048}
        placeholder="v1.2.0"
      />
    </>
  );
}

/** Opens the deployment, the version, or the upload while it is still being scanned. */
function usePublished(namespace: string, close: () => void) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async (published: Schemas['PublishedFromGit']) => {
    const { deployment, deployment_error, message, name, namespace_id, upload_id, validation_status, version } =
      published;
    await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
    close();
    say(deployment_error === null ? message : `${message}. Not deployed: ${deployment_error.message}`);
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

const placements: readonly Choice[] = [
  ['', 'as in plugin.yaml, else in the isolate if possible'],
  ['isolate', 'in the isolate'],
  ['container', 'in a container'],
];

function GoForm({ namespace, kind, close }: Props & { kind: GoKind }) {
  return (
    <Action
      submit="Install"
      busy="Installing…"
      // The plugin's page shows the build's progress.
      request={(form) => apiRequest('post', goSurfaces[kind], { body: goIn(form), headers: { prefer: 'wait=0' } })}
      cli={(form) => goCommand(kind, goIn(form))}
      changes={[['go', kind]]}
      goTo={({ name }) => ({ to: '/n/$namespace/go/$kind/$name', params: { namespace, kind, name } })}
      explain={listReasons}
      close={close}
    >
      <p>Slipway fetches, scans, builds and starts it for the whole organization.</p>
      <RepositoryFields refHint="A tag, a branch or a full commit hash. If empty: main." isRefRequired={false} />
      <TextField
        name="name"
        label="Name"
        hint="If empty, uses plugin.yaml's value or the repository's."
        pattern="[A-Za-z0-9][A-Za-z0-9._-]*"
        maxLength={100}
      />
      <TextField name="description" label="Description" hint="If empty, uses plugin.yaml's value." maxLength={10_000} />
      <SelectField name="placement" label="Where it runs" choices={placements} />
    </Action>
  );
}
