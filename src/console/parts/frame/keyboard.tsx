// Keys that work on every page. Everything they do is also reachable with Tab.
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { isComposing } from './composition.ts';
import { usePlaces } from './places.ts';

const prefixMs = 1000;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

const stops = '[data-stop]';
/** Focus targets of rows: the row's link, or whatever opens it. */
const rows = 'main tbody tr th a, [data-row] > details > summary, .rows li > a, .timeline h3 a';

/** Moves the focus to the next or previous element that matches the selector. */
function goTo(selector: string, step: 1 | -1): void {
  const found = [...document.querySelectorAll<HTMLElement>(selector)];
  const current = found.findIndex((element) => element.matches(':focus'));
  const next = found.at((current === -1 && step === -1 ? 0 : current) + step) ?? found[0];
  next?.focus();
  next?.scrollIntoView({ block: 'center' });
}

const moves: Record<string, () => void> = {
  n: () => goTo(stops, 1),
  p: () => goTo(stops, -1),
  j: () => goTo(rows, 1),
  k: () => goTo(rows, -1),
};

/** `load` loads the search before it opens. */
export function useKeys(open: (what: Opened) => void, load: () => void): void {
  const navigate = useNavigate();
  const places = usePlaces();
  useEffect(() => {
    let prefixAt = 0;
    const pressed = (event: KeyboardEvent) => {
      const { key } = event;
      if (isComposing(event)) return;
      if (key === 'Control' || key === 'Meta') load();
      if (key === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        open('search');
      }
      const isElsewhere =
        isTyping(event.target) || document.querySelector('[role=dialog]:not(.toast), [role=menu]') !== null;
      if (event.ctrlKey || event.metaKey || event.altKey || isElsewhere) return;
      if (Date.now() - prefixAt < prefixMs) {
        prefixAt = 0;
        const place = places.find((one) => one.keys?.includes(key));
        if (place) void navigate({ to: place.to });
      } else if (key === 'g') prefixAt = Date.now();
      else if (key === '?') open('keys');
      else if (key === '/') {
        event.preventDefault();
        const search = document.querySelector<HTMLElement>('main input[type=search]');
        if (search) search.focus();
        else open('search');
      } else moves[key]?.();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [load, navigate, open, places]);
}

/** Name of the window on top of the page. */
export type Opened = 'search' | 'keys' | null;
