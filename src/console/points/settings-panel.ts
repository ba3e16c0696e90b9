// Defines what features add to a plugin's settings.
import type { QueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import type { Scope } from '../../contract/scopes.ts';
import type { Placed } from '../../core/placed.ts';

export interface SettingsPanel extends Placed {
  name: string;
  /** Keys without it don't see the panel. */
  scope: Scope;
  /** Loads its code and its data. */
  load(queries: QueryClient, plugin: string): void;
  Panel: ComponentType<{ namespace: string; plugin: string }>;
}
