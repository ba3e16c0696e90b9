// Builds the rows of agent plugins in the list of plugins of every kind.
import { type VerificationState, verificationWords } from '../../../contract/features/agents/states.ts';
import type { Schemas } from '../../data/api.ts';
import type { ListedPlugin } from '../../data/listed-plugins.ts';
import type { PluginState } from '../../data/plugin-rows.ts';

const agentStates: Record<VerificationState, PluginState> = {
  pending: 'deploying',
  verified: 'live',
  mismatch: 'failed',
  unreachable: 'failed',
  unverifiable: 'failed',
};

/** Returns one row per agent plugin. Versions come newest first. */
export function listedAgents(versions: readonly Schemas['AgentPlugin'][]): ListedPlugin[] {
  const newest = new Map<string, ListedPlugin>();
  for (const { name, registeredAt: changedAt, verification, version, yanked } of versions) {
    if (newest.has(name)) continue;
    const state = yanked ? 'not deployed' : agentStates[verification];
    const stateText = yanked ? 'withdrawn' : verificationWords[verification];
    newest.set(name, { kind: 'agent', name, liveVersion: yanked ? null : version, state, stateText, changedAt });
  }
  return [...newest.values()];
}
