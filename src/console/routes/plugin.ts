// A plugin's page, whose tabs are its child pages.
import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../connection/load-code.ts';
import { pluginOverviewsQuery } from '../data/plugin-calls.ts';
import { versionsQuery } from '../data/queries.ts';
import { signedIn } from './frame.tsx';

const pluginPath = '/n/$namespace/plugins/$name';

/** A plugin's head and tabs. Each tab is a child page. */
export const plugin = createRoute({
  getParentRoute: () => signedIn,
  path: pluginPath,
  staticData: { title: { parameter: 'name' }, under: '/n/$namespace/plugins' },
  loader: ({ context, params: { namespace, name } }) => {
    void context.queries.prefetchQuery(versionsQuery(namespace, name));
    void context.queries.prefetchQuery(pluginOverviewsQuery(namespace));
  },
  component: lazyPage(() => import('../pages/plugin/plugin.tsx'), 'PluginPage'),
});
