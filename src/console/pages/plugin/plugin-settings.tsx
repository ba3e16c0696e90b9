// A plugin's settings: grants, what features add, and undeploying it. They appear together, so that no button moves while it is clicked.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams, useRouteContext } from '@tanstack/react-router';
import { placed } from '../../../core/placed.ts';
import { formatPluginId } from '../../../core/plugin-id.ts';
import { api, apiRequest, type Schemas } from '../../data/api.ts';
import { versionQuery, versionsQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog, End, Ends } from '../../parts/actions/action.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { useTitle } from '../../parts/page-head.tsx';
import type { SettingsPanel } from '../../points.ts';
import { added, type NeededPart } from '../../points.ts';
import PluginPermissions from './plugin-permissions.tsx';
import { Undeploy } from './undeploy.tsx';

const neededParts = placed<NeededPart, NeededPart>([], added('needs'), ({ name }) => name);
const settingsPanels = placed<SettingsPanel, SettingsPanel>([], added('panels'), ({ name }) => name);

export function PluginSettingsPage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/plugins/$name/settings' });
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data: plugin } = useSuspenseQuery(versionsQuery(namespace, name));
  const version = plugin.serving_version ?? plugin.active_version;
  const { data } = useQuery(versionQuery(namespace, formatPluginId(name, version)));
  useTitle(`${name}: settings`);
  return (
    <>
      <p className="quiet">What {version} asks for. Changes apply when a version next starts.</p>
      <div className="pair">
        <PluginPermissions namespace={namespace} name={name} version={version} />
        <div>
          {neededParts.map(({ Part, name: part }) => (
            <Part key={part} namespace={namespace} manifest={data?.plugin.manifest ?? null} />
          ))}
        </div>
      </div>
      {settingsPanels.map(
        ({ Panel, name: panel, scope }) =>
          key.scopes.includes(scope) && <Panel key={panel} namespace={namespace} plugin={name} />,
      )}
      <PluginEnds namespace={namespace} plugin={plugin} />
      <AsCommand
        cli={`slipway show ${name}@${version}`}
        path={`/v1/namespaces/${namespace}/plugins/${formatPluginId(name, version)}`}
      />
    </>
  );
}

function PluginEnds({ namespace, plugin }: { namespace: string; plugin: Schemas['PluginVersions'] }) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { name } = plugin;
  const live = plugin.results.filter(({ deployed }) => deployed).map(({ version }) => version);
  const mayUndeploy = live.length > 0 && key.scopes.includes('plugins:deploy');
  const mayDelete = key.scopes.includes('plugins:write');
  if (!mayUndeploy && !mayDelete) return null;
  return (
    <Ends>
      {mayUndeploy && (
        <End effect={`Undeploying stops every instance of ${name}. Its versions stay published.`}>
          <Undeploy namespace={namespace} name={name} versions={live} />
        </End>
      )}
      {mayDelete && (
        <End effect={`Deleting ${name} removes all its versions. They cannot be restored.`}>
          <DeletePlugin namespace={namespace} name={name} />
        </End>
      )}
    </Ends>
  );
}

interface Props {
  namespace: string;
  name: string;
}

function DeletePlugin({ namespace, name }: Props) {
  const request = () => {
    const path = { namespace_id: namespace, plugin_id: `${name}_VERSION` };
    const deletion = apiRequest('delete', '/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path });
    return { ...deletion, send: () => deleteVersions(namespace, name) };
  };
  return (
    <ActionDialog
      label="Delete"
      title={`Delete ${name}`}
      typed={name}
      request={request}
      cli={() => slipway(['delete', name], { all: true, namespace, yes: true })}
      changes={[['namespace', namespace]]}
      goTo={() => ({ to: '/n/$namespace/plugins', params: { namespace }, search: {} })}
      said={(deleted) => `${name} is deleted with ${deleted === 1 ? 'its version' : `${deleted} versions`}.`}
    >
      <p>
        All its versions are undeployed and deleted, and calls to {name} fail. Their archives cannot be restored, but
        their numbers can be published again. Over HTTP, each version is deleted by its ID.
      </p>
    </ActionDialog>
  );
}

/** Deletes page by page until no version is left. Returns the number of deleted versions. */
async function deleteVersions(namespace_id: string, name: string): Promise<number> {
  for (let deleted = 0; ; ) {
    const { plugins } = await api.get('/v1/namespaces/{namespace_id}/plugins', {
      path: { namespace_id },
      query: { name, source: 'namespace', limit: 1000 },
    });
    if (plugins.length === 0) return deleted;
    for (const { plugin_id } of plugins)
      await api.delete('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path: { namespace_id, plugin_id } });
    deleted += plugins.length;
  }
}
