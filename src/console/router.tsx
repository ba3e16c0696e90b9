// Every page by its URL: routes/ names each page's file, its data and its filters. A page's code and data load at the same time, on
// hover or focus of a link, before the click.
import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { featureBarePages, featureGoTabs, featurePages, featureTabs } from './features.gen.ts';
import { NotFound, PageError } from './parts/page-states.tsx';
import { accessRoutes } from './routes/access.ts';
import { deploymentRoutes } from './routes/deployments.ts';
import { root, signedIn, signIn } from './routes/frame.tsx';
import { goPlugin } from './routes/go-plugin.ts';
import { laterCallRoutes } from './routes/later-calls.ts';
import { logRoutes } from './routes/logs.ts';
import { organizationRoutes } from './routes/organization.ts';
import { organizationPluginRoutes } from './routes/organization-plugins.ts';
import { overviewRoutes } from './routes/overview.ts';
import { plugin } from './routes/plugin.ts';
import { goSettings, goTabs, pluginRoutes, pluginSettings, pluginTabs } from './routes/plugins.ts';
import { sourceRoutes } from './routes/sources.ts';
import { versionRoutes } from './routes/versions.ts';

const pages = signedIn.addChildren([
  ...organizationRoutes,
  ...overviewRoutes,
  ...pluginRoutes,
  ...organizationPluginRoutes,
  ...versionRoutes,
  ...deploymentRoutes,
  ...laterCallRoutes,
  ...accessRoutes,
  ...sourceRoutes,
  ...logRoutes,
  plugin.addChildren([...pluginTabs, ...featureTabs, pluginSettings]),
  goPlugin.addChildren([...goTabs, ...featureGoTabs, goSettings]),
  ...featurePages,
]);

/** Longer than any frame takes to draw. */
const frameWaitMs = 100;

export function makeRouter(queries: QueryClient) {
  const router = createRouter({
    routeTree: root.addChildren([signIn, ...featureBarePages, pages]),
    context: { queries, shownPath: (): string => router.state.resolvedLocation?.pathname ?? '' },
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: ({ error, reset }) => <PageError error={error} retry={reset} />,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  });
  const { navigate } = router;
  router.navigate = async (options) => {
    await drawn();
    return navigate(options);
  };
  return router;
}

/**
 * Resolves when the browser has drawn the pressed or typed input. If another page's data is known, React renders that page immediately,
 * which can delay the feedback on a slow machine.
 */
function drawn(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    // Hidden pages and covered windows get no frames.
    setTimeout(resolve, frameWaitMs);
  });
}

/** Loads the current page's code while the session is being read. */
export function loadCurrentPage(router: ReturnType<typeof makeRouter>): void {
  const [matchedRoutes] = router.getMatchedRoutes(router.latestLocation.pathname);
  for (const route of matchedRoutes) void router.loadRouteChunk(route);
}
