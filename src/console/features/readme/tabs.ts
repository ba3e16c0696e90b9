// Tab of a plugin's page with its README.
import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../parts/connection/load-code.ts';
import { plugin } from '../../routes/plugin.ts';

const readme = createRoute({
  getParentRoute: () => plugin,
  path: 'readme',
  staticData: { tab: 'README' },
  component: lazyPage(() => import('./readme.tsx'), 'ReadmePage'),
});

export const tabs = [readme] as const;
