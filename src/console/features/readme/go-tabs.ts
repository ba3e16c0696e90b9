// Tab of a Go plugin's page with its README.
import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../parts/connection/load-code.ts';
import { goPlugin } from '../../routes/go-plugin.ts';

const readme = createRoute({
  getParentRoute: () => goPlugin,
  path: 'readme',
  staticData: { tab: 'README' },
  component: lazyPage(() => import('./readme.tsx'), 'GoReadmePage'),
});

export const goTabs = [readme] as const;
