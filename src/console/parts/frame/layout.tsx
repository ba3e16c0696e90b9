// The frame of every page: where one is, where one can go, who is signed in.
import { Outlet, useLocation } from '@tanstack/react-router';
import { Menu as MenuIcon, Search } from 'lucide-react';
import { useRef, useState } from 'react';
import { loadDialogs, OpenDialog } from '../dialog.tsx';
import { Loading } from '../page-states.tsx';
import { Toasts } from '../toasts/toasts.tsx';
import { Arrival } from './arrival.tsx';
import { Breadcrumb, useCrumbs } from './breadcrumb.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { KeysDialog, useKeys } from './keyboard.tsx';
import type { Opened } from './opened.ts';
import { Palette } from './palette.tsx';
import { Ready } from './ready.tsx';
import { Sidebar } from './sidebar.tsx';

export function Layout() {
  const [opened, setOpened] = useState<Opened>(null);
  useKeys(setOpened);
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
          <Ready fallback={<LoadingPage />}>
            <Outlet />
            <Arrival said={said} page={page} />
          </Ready>
        </main>
      </div>
      {opened === 'search' && <Palette close={close} />}
      {opened === 'keys' && <KeysDialog close={close} />}
      <Toasts />
    </div>
  );
}

/** The name of a page, which is known before its data. */
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
        onPointerEnter={() => void loadDialogs()}
        onClick={() => open('search')}
      >
        <Search className="icon" aria-hidden />
        <span>Search or jump to…</span>
        <kbd>Ctrl K</kbd>
      </button>
    </div>
  );
}

/** The sidebar where there is no room for it. Another page closes it. */
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
