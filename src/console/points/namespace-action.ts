// Defines what features add to the actions on a namespace.
import type { ComponentType } from 'react';
import type { Schemas } from '../data/api.ts';

export interface NamespaceAction {
  name: string;
  Action: ComponentType<{ namespace: Schemas['Namespace'] }>;
}
