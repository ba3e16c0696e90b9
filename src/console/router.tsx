// Every page by its URL: routes/ names the file of each, what it reads and its filters. Code and data of a page are loaded at the
// same time, and before the click when the pointer or the focus is on a link to it.
import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { NotFound, PageError } from './parts/page-states.tsx';
import { accessRoutes } from './routes/access.ts';
import { deploymentRoutes } from './routes/deployments.ts';
import { root, signedIn, signIn } from './routes/frame.tsx';
import { logRoutes } from './routes/logs.ts';
import { organizationRoutes } from './routes/organization.ts';
import { organizationPluginRoutes } from './routes/organization-plugins.ts';
import { overviewRoutes } from './routes/overview.ts';
import { pluginRoutes } from './routes/plugins.ts';
import { runRoutes } from './routes/runs.ts';
import { sourceRoutes } from './routes/sources.ts';
import { versionRoutes } from './routes/versions.ts';

const pages = signedIn.addChildren([
  ...organizationRoutes,
  ...overviewRoutes,
  ...pluginRoutes,
  ...organizationPluginRoutes,
  ...versionRoutes,
  ...deploymentRoutes,
  ...runRoutes,
  ...accessRoutes,
  ...sourceRoutes,
  ...logRoutes,
]);

/** Longer than any frame that is drawn. */
const frameWaitMs = 100;

export function makeRouter(queries: QueryClient) {
  const router = createRouter({
    routeTree: root.addChildren([signIn, pages]),
    context: { queries },
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
 * Resolves when the browser has drawn what was pressed or typed. Another page is rendered at once where its data is known, which takes
 * a slow machine longer than one waits for a sign.
 */
function drawn(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    // A page that is not visible gets no frames, nor does one whose window is covered.
    setTimeout(resolve, frameWaitMs);
  });
}

/** Loads the code of the page at the current address while the session is read. */
export function loadCurrentPage(router: ReturnType<typeof makeRouter>): void {
  const [matchedRoutes] = router.getMatchedRoutes(router.latestLocation.pathname);
  for (const route of matchedRoutes) void router.loadRouteChunk(route);
}
