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
  /** Shows results for the text of the plugins page, below its table. */
  Results: ComponentType<{ namespace: string; typed: string }>;
}
