// Defines what features add to what a version asks for.
import type { QueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import type { Placed } from '../../core/placed.ts';
import type { Schemas } from '../data/api.ts';

export interface NeededPart extends Placed {
  name: string;
  /** Loads its code and its data. */
  load(queries: QueryClient, namespace: string): void;
  Part: ComponentType<{ namespace: string; manifest: Schemas['PluginDocument']['manifest'] }>;
}
