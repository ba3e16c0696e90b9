// The frame of every page: where one is, where one can go, who is signed in.
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouteContext } from '@tanstack/react-router';
import { Suspense } from 'react';
import { forgetNamespace, useNamespace } from '../data/namespace.ts';
import { signOut } from '../data/session.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { Keyboard } from './keyboard.tsx';
import { Loading } from './page-states.tsx';
import { ThemeChoice } from './theme.tsx';

export function Layout() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const namespace = useNamespace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    await signOut();
    forgetNamespace();
    queries.clear();
    await navigate({ to: '/sign-in', search: {} });
  };
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="top">
        <Link to="/" className="brand">
          Slipway
        </Link>
        <MainNavigation namespace={namespace} scopes={key.scopes} />
        <div className="account">
          <Keyboard namespace={namespace} />
          <span title={key.organization_id}>{key.organization_name}</span>
          <ThemeChoice />
          <button type="button" onClick={() => void leave()}>
            Sign out
          </button>
        </div>
      </header>
      <ConnectionBanner />
      <main id="content" tabIndex={-1}>
        <Suspense fallback={<Loading what="the page" />}>
          <Outlet />
        </Suspense>
      </main>
    </>
  );
}

interface NavigationProps {
  namespace: string | undefined;
  scopes: readonly string[];
}

/** Only what the session may see. */
function MainNavigation({ namespace, scopes }: NavigationProps) {
  return (
    <nav aria-label="Main">
      {namespace === undefined ? (
        <Link to="/">Plugins</Link>
      ) : (
        <>
          <Link to="/n/$namespace/plugins" params={{ namespace }} search={{}}>
            Plugins
          </Link>
          <Link to="/n/$namespace/deployments" params={{ namespace }} search={{}}>
            Deployments
          </Link>
        </>
      )}
      {scopes.includes('audit:read') && (
        <Link to="/events" search={{}}>
          Events
        </Link>
      )}
      <Link to="/quotas" search={{}}>
        Quotas
      </Link>
      {scopes.includes('keys:admin') && (
        <Link to="/keys" search={{}}>
          Keys
        </Link>
      )}
      {scopes.includes('webhooks:admin') && <Link to="/webhooks">Webhooks</Link>}
      <a href="/docs">API</a>
    </nav>
  );
}
