// Declares what the console shows of README files.
import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../connection/load-code.ts';
import { goPlugin } from '../../routes/go-plugin.ts';
import { plugin } from '../../routes/plugin.ts';

const readme = createRoute({
  getParentRoute: () => plugin,
  path: 'readme',
  staticData: { tab: 'README' },
  component: lazyPage(() => import('./readme.tsx'), 'ReadmePage'),
});

export const tabs = [readme] as const;

const goReadme = createRoute({
  getParentRoute: () => goPlugin,
  path: 'readme',
  staticData: { tab: 'README' },
  component: lazyPage(() => import('./readme.tsx'), 'GoReadmePage'),
});

export const goTabs = [goReadme] as const;
