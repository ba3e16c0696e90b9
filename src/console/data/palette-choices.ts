// Lists what the search finds: pages, plugins, actions and versions.
import type { components } from '../../client/api.gen.d.ts';
import { actionHashes } from './action-hashes.ts';

type Version = Pick<components['schemas']['PluginListItem'], 'name' | 'version'>;
type Scope = components['schemas']['ApiKey']['scopes'][number];

export interface Choice {
  label: string;
  kind: 'page' | 'plugin' | 'action' | 'version';
  to: string;
  /** Opens an action's dialog. */
  hash?: string;
}

interface Found {
  pages: readonly { title: string; to: string }[];
  namespace: string | undefined;
  versions: readonly Version[];
  scopes: readonly Scope[];
}

export function paletteChoices({ namespace, pages, scopes, versions }: Found): Choice[] {
  const places = pages.map(({ title, to }): Choice => ({ label: title, kind: 'page', to }));
  const may = (scope: Scope) => scopes.includes(scope);
  const key: Choice = { label: 'Create a key…', kind: 'action', to: '/keys', hash: actionHashes.createKey };
  const keys = may('keys:admin') ? [key] : [];
  if (namespace === undefined) return [...places, ...keys];
  const plugins = `/n/${namespace}/plugins`;
  const byName = Map.groupBy(versions, ({ name }) => name);
  return [
    ...places,
    ...[...byName.keys()].map((name): Choice => ({ label: name, kind: 'plugin', to: `${plugins}/${name}` })),
    ...namespaceActions(namespace, may),
    ...keys,
    ...[...byName].flatMap(([name, own]) => pluginActions(`${plugins}/${name}`, name, own.length, may)),
    ...versions.map(({ name, version }): Choice => {
      const to = `${plugins}/${name}/versions/${encodeURIComponent(version)}`;
      return { label: `${name} ${version}`, kind: 'version', to };
    }),
  ];
}

function namespaceActions(namespace: string, may: (scope: Scope) => boolean): Choice[] {
  const publish = { label: 'Publish a plugin…', to: `/n/${namespace}/plugins`, hash: actionHashes.publish };
  const setSecret = { label: 'Set a secret…', to: `/n/${namespace}/secrets`, hash: actionHashes.setSecret };
  const allowed = [...(may('plugins:write') ? [publish] : []), ...(may('namespaces:admin') ? [setSecret] : [])];
  return allowed.map((action): Choice => ({ ...action, kind: 'action' }));
}

function pluginActions(page: string, name: string, versions: number, may: (scope: Scope) => boolean): Choice[] {
  const rollBack = { label: `Roll back ${name}…`, to: page, hash: actionHashes.rollBack };
  const deploy = { label: `Deploy ${name}…`, to: page, hash: actionHashes.deploy };
  const call = { label: `Call ${name}`, to: `${page}/playground` };
  const logs = { label: `Logs of ${name}`, to: `${page}/logs` };
  const mayDeploy = may('plugins:deploy');
  const allowed = [
    ...(mayDeploy && versions > 1 ? [rollBack] : []),
    ...(mayDeploy ? [deploy] : []),
    ...(may('plugins:invoke') ? [call] : []),
    logs,
  ];
  return allowed.map((action): Choice => ({ ...action, kind: 'action' }));
}

/** Returns the choices whose labels contain every typed word. */
export function matchingChoices(choices: readonly Choice[], typed: string): Choice[] {
  const parts = typed.toLowerCase().split(/[\s@]+/);
  return choices.filter(({ label }) => {
    const lower = label.toLowerCase();
    return parts.every((part) => lower.includes(part));
  });
}
