// Declares what the console shows of vector features.
import { lazyPart, preload } from '../../connection/load-code.ts';
import type { ConsoleFeature, NamespaceAction } from '../../points.ts';

const load = () => import('./reconfigure.tsx');

const namespaceActions: readonly NamespaceAction[] = [
  { name: 'reconfigure', load: () => preload(load), Action: lazyPart(load) },
];

export const feature: ConsoleFeature = { namespaceActions };
