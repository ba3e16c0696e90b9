// A Go plugin's page, whose tabs are its child pages.
import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../connection/load-code.ts';
import { goPluginQuery, parseGoKind } from '../data/other-kinds.ts';
import { signedIn } from './frame.tsx';

/** A Go plugin's head and tabs. */
export const goPlugin = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/go/$kind/$name',
  staticData: { title: { parameter: 'name' }, under: '/n/$namespace/plugins' },
  loader: ({ context: { queries }, params: { kind, name } }) =>
    void queries.prefetchQuery(goPluginQuery(parseGoKind(kind), name)),
  component: lazyPage(() => import('../pages/go-plugins/go-plugin.tsx'), 'GoPluginPage'),
});
