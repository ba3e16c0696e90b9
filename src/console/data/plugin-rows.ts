// Groups the versions of the plugin list by plugin.
import type { components } from '../../client/api.gen.d.ts';
import { versionWord } from '../../contract/state-words.ts';

type Version = components['schemas']['PluginListItem'];

export const pluginStates = ['live', 'failed', 'not deployed', 'in progress'] as const;
export type PluginState = (typeof pluginStates)[number];

export const scanVerdicts = ['pass', 'warn', 'reject'] as const satisfies readonly Version['scan_verdict'][];

export interface PluginRow {
  name: string;
  /** The newest live version, else the newest one. */
  version: Version;
  state: PluginState;
  /** When any of its versions changed last. */
  changedAt: string;
}

/** A row for each plugin. The versions are in the order of the API: by name, then lowest number first. */
export function pluginRows(versions: readonly Version[]): PluginRow[] {
  const rows = new Map<string, PluginRow>();
  for (const version of versions) {
    const row = rows.get(version.name);
    rows.set(version.name, row ? withVersion(row, version) : rowOf(version));
  }
  return [...rows.values()];
}

function rowOf(version: Version): PluginRow {
  const { name, updated_at: changedAt } = version;
  return { name, version, state: stateOf(version), changedAt };
}

/** Returns the row with a higher version added. */
function withVersion(row: PluginRow, higher: Version): PluginRow {
  const version = higher.deployed || !row.version.deployed ? higher : row.version;
  const changedAt = higher.updated_at > row.changedAt ? higher.updated_at : row.changedAt;
  return { ...row, version, state: stateOf(version), changedAt };
}

function stateOf({ deployed, deployment_state }: Version): PluginState {
  const word = versionWord(deployed, deployment_state);
  if (word === 'deploying') return 'in progress';
  return word === 'batch only' ? 'not deployed' : word;
}
