// Defines what features add to the facts about a version's origin.
import type { ComponentType } from 'react';
import type { Schemas } from '../data/api.ts';

export interface VersionFact {
  name: string;
  Facts: ComponentType<{ namespace: string; plugin: Schemas['PluginDocument'] }>;
}
