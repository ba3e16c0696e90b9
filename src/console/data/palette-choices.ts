// Lists what the search finds: pages, plugins, actions and versions.
import type { components } from '../../client/api.gen.d.ts';
import { actionHashes } from './action-hashes.ts';

type Version = Pick<components['schemas']['PluginListItem'], 'name' | 'version'>;
type Scope = components['schemas']['ApiKey']['scopes'][number];

export interface Choice {
  label: string;
  kind: 'page' | 'plugin' | 'action' | 'version';
  to: string;
  /** Other words that find it. */
  words?: string | undefined;
  /** Kind and namespace, for what the search found. */
  place?: string;
  /** Opens an action's dialog. */
  hash?: string;
}

/** A page's action, which the search finds. */
export interface PageAction {
  label: string;
  hash: string;
  /** Sessions without this scope don't see it. */
  scope: Scope;
}

interface Found {
  pages: readonly { title: string; to: string; words?: string; action?: PageAction }[];
  namespace: string | undefined;
  versions: readonly Version[];
  scopes: readonly Scope[];
}

export function paletteChoices({ namespace, pages, scopes, versions }: Found): Choice[] {
  const places = pages.map(({ title, to, words }): Choice => ({ label: title, kind: 'page', to, words }));
  const may = (scope: Scope) => scopes.includes(scope);
  const key: Choice = { label: 'Create a key…', kind: 'action', to: '/keys', hash: actionHashes.createKey };
  const keys = may('keys:admin') ? [key] : [];
  if (namespace === undefined) return [...places, ...keys];
  const plugins = `/n/${namespace}/plugins`;
  const byName = Map.groupBy(versions, ({ name }) => name);
  return [
    ...places,
    ...[...byName.keys()].map((name): Choice => ({ label: name, kind: 'plugin', to: `${plugins}/${name}` })),
    ...publishing(namespace, may),
    ...pages.flatMap(pageActions(may)),
    ...keys,
    ...[...byName].flatMap(([name, own]) => pluginActions(`${plugins}/${name}`, name, own.length, may)),
    ...versions.map(({ name, version }): Choice => {
      const to = `${plugins}/${name}/versions/${encodeURIComponent(version)}`;
      return { label: `${name} ${version}`, kind: 'version', to };
    }),
  ];
}

function publishing(namespace: string, may: (scope: Scope) => boolean): Choice[] {
  const to = `/n/${namespace}/plugins`;
  return may('plugins:write') ? [{ label: 'Publish a plugin…', kind: 'action', to, hash: actionHashes.publish }] : [];
}

function pageActions(may: (scope: Scope) => boolean): (page: Found['pages'][number]) => Choice[] {
  return ({ action, to }) =>
    action && may(action.scope) ? [{ label: `${action.label}…`, kind: 'action', to, hash: action.hash }] : [];
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

/** Returns the choices whose labels, with their other words, contain every typed word. */
export function matchingChoices(choices: readonly Choice[], typed: string): Choice[] {
  const parts = typed.toLowerCase().split(/[\s@]+/);
  return choices.filter(({ label, words = '' }) => {
    const lower = `${label} ${words}`.toLowerCase();
    return parts.every((part) => lower.includes(part));
  });
}
