// Go plugin actions: update it to another version, download its executable, uninstall it.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouteContext } from '@tanstack/react-router';
import { type GoKind, goSurfaces } from '../../../contract/plugin/go-kinds.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { SelectField, TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';

interface Props {
  kind: GoKind;
  plugin: Schemas['GoPlugin'];
}

export function GoActions({ kind, plugin }: Props) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { name, sha256 } = plugin;
  const mayChange = key.scopes.includes('plugins:write');
  return (
    <>
      {sha256 !== null && (
        <a className="button" href={`${goSurfaces[kind]}/${name}/artifact`} download={name}>
          Download the executable
        </a>
      )}
      {mayChange && <Update kind={kind} plugin={plugin} />}
    </>
  );
}

const placements = {
  auto: 'in the isolate if possible',
  isolate: 'in the isolate',
  container: 'in a container',
} as const;

function Update({ kind, plugin: { git_ref, name, repository_url } }: Props) {
  const options = { path: { name }, headers: { prefer: 'wait=0' } };
  return (
    <ActionDialog
      label="Update"
      title={`Update ${name}`}
      busy="Updating…"
      // The page shows the build's progress.
      request={(form) => apiRequest('put', `${goSurfaces[kind]}/{name}`, { ...options, body: updateIn(form) })}
      cli={(form) =>
        slipway(['install', repository_url], { kind, name, ref: readText(form, 'ref'), placement: placementIn(form) })
      }
      changes={[['go', kind]]}
      said={() => `${name} is being updated. The installed version stays live until the new one is ready.`}
    >
      <TextField
        name="ref"
        label="Version"
        hint="A tag, a branch or a full commit hash of the same repository."
        required
        maxLength={2048}
        defaultValue={git_ref}
      />
      <SelectField
        name="placement"
        label="Where it runs"
        choices={[['', 'as requested last'], ...Object.entries(placements)]}
      />
    </ActionDialog>
  );
}

function placementIn(form: FormData): keyof typeof placements | undefined {
  const chosen = readText(form, 'placement');
  return chosen === 'auto' || chosen === 'isolate' || chosen === 'container' ? chosen : undefined;
}

function updateIn(form: FormData): Schemas['GoPluginUpdate'] {
  const placement = placementIn(form);
  return { git_ref: readText(form, 'ref'), ...(placement && { placement }) };
}

export function Uninstall({ namespace, kind, name }: { namespace: string; kind: GoKind; name: string }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const request = () => {
    const uninstallation = apiRequest('delete', `${goSurfaces[kind]}/{name}`, { path: { name } });
    // Leave the page first: while open, it would fetch the plugin again.
    const send = async () => {
      await uninstallation.send();
      await navigate({ to: '/n/$namespace/plugins', params: { namespace }, search: {} });
      queries.removeQueries({ queryKey: ['go', kind, name] });
    };
    return { ...uninstallation, send };
  };
  return (
    <ActionDialog
      label="Uninstall"
      title={`Uninstall ${name}`}
      typed={name}
      request={request}
      cli={() => slipway(['uninstall', name], { kind, yes: true })}
      changes={[['go', kind]]}
      said={() => `${name} is uninstalled.`}
    >
      <p>Slipway stops it and removes all its versions; calls to it fail. Installing it again rebuilds it.</p>
    </ActionDialog>
  );
}
