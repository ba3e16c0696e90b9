// Declares what the console shows of members, the person who signed in, and ways to sign in.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage, lazyPart, preload } from '../../connection/load-code.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { tableSearch } from '../../parts/table-view.ts';
import type { ConsoleFeature, EventGroup, MenuPart, SignInWay } from '../../points.ts';
import { requireSession, root, signedIn, text } from '../../routes/frame.tsx';
import { invitationsQuery, membersQuery, personalKeysQuery, personQuery, personSessionsQuery } from './queries.ts';
import { signInIssuersQuery, takeInvitationFromAddress } from './signing-in.ts';

const members = createRoute({
  getParentRoute: () => signedIn,
  path: '/members',
  staticData: { title: 'Members', menu: { in: 'Access', order: 1, scope: 'keys:admin' } },
  validateSearch: z.object(tableSearch),
  loader: ({ context }) => {
    void context.queries.prefetchInfiniteQuery(membersQuery);
    void context.queries.prefetchInfiniteQuery(invitationsQuery);
    void context.queries.prefetchQuery(signInIssuersQuery(context.key.organization_id));
    void context.queries.prefetchQuery(namespacesQuery);
  },
  component: lazyPage(() => import('./members.tsx'), 'MembersPage'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  staticData: { title: 'Your sessions and keys' },
  validateSearch: z.object(tableSearch),
  loader: ({ context: { queries } }) => {
    void queries.prefetchQuery(personQuery);
    void queries.prefetchQuery(personSessionsQuery);
    void queries.prefetchQuery(personalKeysQuery);
    void queries.prefetchQuery(namespacesQuery);
  },
  component: lazyPage(() => import('./account.tsx'), 'AccountPage'),
});

export const pages = [members, account] as const;

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

const signIns: readonly SignInWay[] = [
  {
    name: 'issuers',
    Way: lazyPart(() => import('./sign-in-by-issuer.tsx')),
    takeLinkFromAddress: takeInvitationFromAddress,
  },
];

const loadUser = () => import('./person-menu.tsx');
const loadSwitcher = () => import('./organizations-menu.tsx');

const menuParts: readonly MenuPart[] = [
  {
    name: 'person',
    load: () => {
      preload(loadUser);
      preload(loadSwitcher);
    },
    User: lazyPart(loadUser),
    Switcher: lazyPart(loadSwitcher),
  },
];

const eventFilters: readonly EventGroup[] = [
  { group: 'member.', after: 'key.' },
  { group: 'invitation.', after: 'member.' },
  { group: 'trusted_publisher.', after: 'invitation.' },
  { group: 'issuer.', after: 'trusted_publisher.' },
  { group: 'oidc.', after: 'issuer.' },
];

export const feature: ConsoleFeature = { signIns, menuParts, eventFilters };
