// Reads what became of an agent plugin's artifact.
import { artifactFetch } from '../../../../src/contract/features/agents/limits.ts';
import type { PluginRowId } from '../../../../src/core/ids.ts';
import type { FetchLimits } from '../../../../src/registry/storage/fetch-into.ts';
import { eventsOf } from '../../../support/events.ts';
import { type AgentScene, agents } from './agents.ts';

export const MiB = 1024 * 1024;

export const limits: FetchLimits = { ...artifactFetch, bytesMax: 10 * MiB };

export const minute = 60_000;

export const hour = 60 * minute;

export async function stateOf({ org }: AgentScene, id: PluginRowId) {
  const { verification, verificationDetails, mirrored } = Object((await org.get(`${agents}/${id}`)).body);
  return { verification, ...verificationDetails, mirrored };
}

export async function typesOf(scene: AgentScene): Promise<string[]> {
  return (await eventsOf(scene.org)).map(({ type }) => type).filter((type) => type.startsWith('agent_plugin.'));
}
