// Tells screen readers which page a link has led to, and keeps the focus in it when what had it is gone.
import { useMatches } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef } from 'react';

interface Props {
  /** Where screen readers listen. It stays when the page changes. */
  said: RefObject<HTMLElement | null>;
  page: RefObject<HTMLElement | null>;
}

/** Rendered beside the content of a page, so that it comes with it. */
export function Arrival({ said, page }: Props) {
  // The address changes before the page does.
  const pathname = useMatches({ select: (matches) => matches.at(-1)?.pathname });
  const shown = useRef(pathname);
  useEffect(() => {
    // The browser itself does both for the first page.
    if (shown.current === pathname) return;
    shown.current = pathname;
    if (said.current) said.current.textContent = document.title;
    if (document.activeElement === document.body) page.current?.focus({ preventScroll: true });
  }, [pathname, said, page]);
  return null;
}
