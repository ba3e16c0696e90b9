// Defines what features add to the ways of finding plugins.
import type { ComponentType } from 'react';
import type { Choice } from '../data/palette-choices.ts';

export interface Asked {
  typed: string;
  /** The page's namespace. */
  namespace: string | undefined;
  signal: AbortSignal;
}

export interface PluginFinder {
  name: string;
  /** Returns what the palette shows below its own matches. Aborted when the user types on. */
  find(asked: Asked): Promise<Choice[]>;
  /** What the plugins page shows below the plugins that its text filters. */
  Results: ComponentType<{ namespace: string; typed: string }>;
}
