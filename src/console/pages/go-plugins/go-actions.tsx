// Actions on a Go plugin: update it to another version, download its executable, uninstall it.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouteContext } from '@tanstack/react-router';
import { api, type Schemas } from '../../data/api.ts';
import { type GoKind, surfaces } from '../../data/other-kinds.ts';
import { slipway } from '../../data/shell.ts';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';

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
        <a className="button" href={`${surfaces[kind]}/${name}/artifact`} download={name}>
          Download the executable
        </a>
      )}
      {mayChange && (
        <DialogButton label="Update" title={`Update ${name}`}>
          {(close) => <Update kind={kind} plugin={plugin} close={close} />}
        </DialogButton>
      )}
    </>
  );
}

const placements = {
  auto: 'in the isolate if it can',
  isolate: 'in the isolate',
  container: 'in a container',
} as const;

function Update({ kind, plugin: { git_ref, name, repository_url }, close }: Props & { close: () => void }) {
  const queries = useQueryClient();
  // The page shows how far the build is.
  const update = (form: FormData) =>
    api.put(`${surfaces[kind]}/{name}`, { path: { name }, body: updateIn(form), headers: { prefer: 'wait=0' } });
  const done = async () => {
    await queries.invalidateQueries({ queryKey: ['go', kind] });
    close();
    say(`${name} is being updated. The installed version serves until the new one is ready.`);
  };
  return (
    <ActionForm
      submit="Update"
      busy="Updating…"
      act={update}
      done={done}
      cancel={close}
      command={(form) => ({
        cli: slipway(['install', repository_url], {
          kind,
          name,
          ref: textOf(form, 'ref'),
          placement: placementIn(form),
        }),
        path: `${surfaces[kind]}/${name}`,
        method: 'PUT',
        body: updateIn(form),
      })}
    >
      <Field label="Version" hint="A tag, a branch or a full commit hash of the same repository.">
        {(ids) => <input name="ref" required maxLength={2048} defaultValue={git_ref} autoComplete="off" {...ids} />}
      </Field>
      <Field label="Where it runs">
        {(ids) => (
          <select name="placement" {...ids}>
            <option value="">as it was requested last</option>
            {Object.entries(placements).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        )}
      </Field>
    </ActionForm>
  );
}

function placementIn(form: FormData): keyof typeof placements | undefined {
  const chosen = textOf(form, 'placement');
  return chosen === 'auto' || chosen === 'isolate' || chosen === 'container' ? chosen : undefined;
}

function updateIn(form: FormData): Schemas['GoPluginUpdate'] {
  const placement = placementIn(form);
  return { git_ref: textOf(form, 'ref'), ...(placement && { placement }) };
}

export function Uninstall({ namespace, kind, name }: { namespace: string; kind: GoKind; name: string }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const uninstall = async () => {
    await api.delete(`${surfaces[kind]}/{name}`, { path: { name } });
    await navigate({ to: '/n/$namespace/plugins', params: { namespace }, search: {} });
    queries.removeQueries({ queryKey: ['go', kind, name] });
    await queries.invalidateQueries({ queryKey: ['go', kind] });
    say(`${name} is uninstalled.`);
  };
  return (
    <TypedConfirmation
      label="Uninstall"
      title={`Uninstall ${name}`}
      name={name}
      act={uninstall}
      command={() => ({
        cli: slipway(['uninstall', name], { kind, yes: true }),
        path: `${surfaces[kind]}/${name}`,
        method: 'DELETE',
      })}
    >
      <p>It is stopped and removed with all its versions, and calls to it fail. Installing it again builds it again.</p>
    </TypedConfirmation>
  );
}
