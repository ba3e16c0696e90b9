// The page of `slipway login`.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../../parts/connection/load-code.ts';
import { requireSession, root, text } from '../../routes/frame.tsx';

const given = z.optional(z.unknown());

/** Its page checks the query string, and says what is missing. */
const cliSignIn = createRoute({
  getParentRoute: () => root,
  path: '/cli-sign-in',
  validateSearch: z.object({ name: given, code_challenge: given, port: given, state: given, organization: text }),
  beforeLoad: ({ context: { queries }, location, search }) =>
    requireSession(queries, location.href, search.organization),
  component: lazyPage(() => import('./cli-sign-in.tsx'), 'CliSignInPage'),
});

export const barePages = [cliSignIn] as const;
