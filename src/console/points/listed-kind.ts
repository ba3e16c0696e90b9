// Defines what features add to the list of plugins of every kind.
import type { QueryClient, UseQueryOptions } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import type { ListedPlugin, PluginKind } from '../data/listed-plugins.ts';

export interface ListedKind {
  kind: PluginKind;
  /** Loads its rows before they are shown. */
  load(queries: QueryClient): void;
  /** Reads its rows. */
  query: UseQueryOptions<ListedPlugin[]>;
  /** Links to a plugin's page. */
  Link: ComponentType<{ namespace: string; name: string }>;
  /** Adds a plugin. Shown to keys that may publish, while the list has only this kind. */
  Add: ComponentType<{ namespace: string }>;
  /** The command that adds the first plugin. */
  command: string;
}
