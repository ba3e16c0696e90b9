// Defines what features add to a plugin's settings.
import type { QueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import type { Scope } from '../../contract/scopes.ts';

export interface SettingsPanel {
  name: string;
  /** Keys without it don't see the panel. */
  scope: Scope;
  /** It is shown before the others. */
  isFirst?: true;
  /** Loads its code and its data. */
  load(queries: QueryClient, plugin: string): void;
  Panel: ComponentType<{ namespace: string; plugin: string }>;
}
