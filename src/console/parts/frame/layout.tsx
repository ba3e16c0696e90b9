// The frame of every page: current location, navigation, and the signed-in user.
import { onlineManager, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { Outlet, useLocation, useMatches, useRouteContext } from '@tanstack/react-router';
import { Menu as MenuIcon, Search } from 'lucide-react';
import { type RefObject, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { lazyPart, preload } from '../../connection/load-code.ts';
import { isWaiting, onWaiting } from '../../connection/reachable.ts';
import { isUnreachable, readFailedAgain, useRecovery } from '../../connection/recovery.ts';
import { loadDialogs, OpenDialog } from '../dialog.tsx';
import { Loading, Ready } from '../page-states.tsx';
import { Toasts } from '../toasts/toasts.tsx';
import { accountId } from './account.ts';
import { Breadcrumb, useCrumbs } from './breadcrumb.tsx';
import type { Opened } from './keyboard.tsx';
import { useKeys } from './keyboard.tsx';
import { Sidebar } from './sidebar.tsx';

const loadPalette = () => import('./palette.tsx');
const Palette = lazyPart(loadPalette);
const KeyList = lazyPart(() => import('./key-list.tsx'));

/** Loads the search before it opens. */
function loadSearch(): void {
  loadDialogs();
  preload(loadPalette);
}

const messages = {
  offline: 'This browser is offline. This page shows earlier data and refreshes when the connection is back.',
  unreachable: "Slipway can't be reached. This page shows earlier data and tries again in a few seconds.",
  stale: 'Refreshing failed. This page shows earlier data and tries again in a few seconds.',
};

function stateOf(queries: QueryClient): keyof typeof messages | null {
  if (!onlineManager.isOnline()) return 'offline';
  const shown = queries.getQueryCache().findAll({ type: 'active' });
  const errors = shown.flatMap(({ state }) => (state.data !== undefined && state.error ? [state.error] : []));
  if (isWaiting() || errors.some(isUnreachable)) return 'unreachable';
  return errors.length === 0 ? null : 'stale';
}

/** Tells the user that a page shows earlier data, while the browser is offline or refreshing fails. */
function ConnectionBanner() {
  const queries = useQueryClient();
  const subscribe = useCallback(
    (changed: () => void) => {
      const ends = [queries.getQueryCache().subscribe(changed), onlineManager.subscribe(changed), onWaiting(changed)];
      return () => {
        for (const end of ends) end();
      };
    },
    [queries],
  );
  const state = useSyncExternalStore(subscribe, () => stateOf(queries));
  useRecovery(state === 'unreachable', () => readFailedAgain(queries));
  return (
    <div role="status" className={state === null ? 'unseen' : 'banner'}>
      {state !== null && messages[state]}
    </div>
  );
}

export function Layout() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const [opened, setOpened] = useState<Opened>(null);
  useKeys(setOpened, loadSearch);
  const close = () => setOpened(null);
  const said = useRef<HTMLParagraphElement>(null);
  const page = useRef<HTMLElement>(null);
  return (
    <div className="frame">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="sidebar">
        <Sidebar open={setOpened} />
      </header>
      <div>
        <TopBar open={setOpened} />
        <ConnectionBanner />
        <p ref={said} className="unseen" role="status" />
        <main ref={page} id="content" tabIndex={-1}>
          <Ready key={accountId(key)} fallback={<LoadingPage />}>
            <Outlet />
            <Arrival said={said} page={page} />
          </Ready>
        </main>
      </div>
      {opened === 'search' && (
        <OpenDialog title="Go to" className="palette" close={close}>
          <Palette close={close} />
        </OpenDialog>
      )}
      {opened === 'keys' && (
        <OpenDialog title="Keys" close={close}>
          <KeyList close={close} />
        </OpenDialog>
      )}
      <Toasts />
    </div>
  );
}

/** Shows a page's name, which is known before its data. */
function LoadingPage() {
  const { text } = useCrumbs().at(-1) ?? { text: 'the page' };
  return <Loading what={text} isPage />;
}

function TopBar({ open }: { open: (what: Opened) => void }) {
  return (
    <div className="top">
      <Drawer open={open} />
      <Breadcrumb />
      <button
        type="button"
        className="search"
        aria-keyshortcuts="Control+K Meta+K"
        onPointerEnter={loadSearch}
        onClick={() => open('search')}
      >
        <Search className="icon" aria-hidden />
        <span>Search or jump to…</span>
        <kbd>Ctrl K</kbd>
      </button>
    </div>
  );
}

/** The sidebar on narrow screens. Opening another page closes it. */
function Drawer({ open }: { open: (what: Opened) => void }) {
  const { href } = useLocation();
  const [openAt, setOpenAt] = useState<string>();
  return (
    <>
      <button
        type="button"
        className="menu-button"
        aria-haspopup="dialog"
        aria-label="Menu"
        onClick={() => setOpenAt(href)}
      >
        <MenuIcon className="icon" aria-hidden />
      </button>
      {openAt === href && (
        <OpenDialog title="Menu" className="drawer" close={() => setOpenAt(undefined)}>
          <Sidebar open={open} />
        </OpenDialog>
      )}
    </>
  );
}

interface Props {
  /** The live region for screen readers. It stays when the page changes. */
  said: RefObject<HTMLElement | null>;
  page: RefObject<HTMLElement | null>;
}

/** Rendered next to a page's content, so they appear together. */
function Arrival({ said, page }: Props) {
  // The address changes before the page does.
  const pathname = useMatches({ select: (matches) => matches.at(-1)?.pathname });
  const shown = useRef(pathname);
  useEffect(() => {
    // For the first page, the browser itself announces the title and sets the focus.
    if (shown.current === pathname) return;
    shown.current = pathname;
    if (said.current) said.current.textContent = document.title;
    if (document.activeElement === document.body) page.current?.focus({ preventScroll: true });
  }, [pathname, said, page]);
  return null;
}
