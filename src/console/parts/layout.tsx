// The frame of every page: where one is, where one can go, who is signed in.
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useParams, useRouteContext } from '@tanstack/react-router';
import { Suspense } from 'react';
import { signOut } from '../data/session.ts';
import { Keyboard } from './keyboard.tsx';
import { Loading } from './page-states.tsx';
import { ThemeChoice } from './theme.tsx';

export function Layout() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { namespace } = useParams({ strict: false });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    await signOut();
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
        <nav aria-label="Main">
          {namespace !== undefined && (
            <>
              <Link to="/n/$namespace/plugins" params={{ namespace }} search={{}}>
                Plugins
              </Link>
              <Link to="/n/$namespace/deployments" params={{ namespace }} search={{}}>
                Deployments
              </Link>
            </>
          )}
          <Link to="/events" search={{}}>
            Events
          </Link>
          <a href="/docs">API</a>
        </nav>
        <div className="account">
          <span title={key.organization_id}>{key.organization_name}</span>
          <ThemeChoice />
          <button type="button" onClick={() => void leave()}>
            Sign out
          </button>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <Suspense fallback={<Loading what="the page" />}>
          <Outlet />
        </Suspense>
      </main>
      <Keyboard namespace={namespace} />
    </>
  );
}
