// The keys of every page, and buttons for those that open something. Whatever keys do can also be reached by Tab.
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Palette } from './palette.tsx';

const keys: [keys: string, what: string][] = [
  ['/', 'search'],
  ['Ctrl K, ⌘ K', 'go to a plugin, a version or a page'],
  ['g p', 'plugins'],
  ['g d', 'deployments'],
  ['g e, g a', 'events, which are the audit log'],
  ['g q', 'quotas'],
  ['g k', 'keys'],
  ['g w', 'webhooks'],
  ['j, k', 'next or previous row'],
  ['n, p', 'next or previous finding or change'],
  ['?', 'these keys'],
  ['Esc', 'close'],
];
const prefixMs = 1000;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

const stops = '[data-stop]';
/** Targets of rows: the row's link, or what opens it. */
const rows = 'tbody tr th a, [data-row] > details > summary, .rows li > a, .timeline h3 a';

/** Moves the focus to the next or previous element that the selector names. */
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

/** Goes to the page that `g` and another key name. */
function useGo(namespace: string | undefined): (key: string) => Promise<void> {
  const navigate = useNavigate();
  return async (key) => {
    if (key === 'e' || key === 'a') await navigate({ to: '/events', search: {} });
    if (key === 'q') await navigate({ to: '/quotas', search: {} });
    if (key === 'k') await navigate({ to: '/keys', search: {} });
    if (key === 'w') await navigate({ to: '/webhooks' });
    if (namespace === undefined) return;
    if (key === 'p') await navigate({ to: '/n/$namespace/plugins', params: { namespace }, search: {} });
    if (key === 'd') await navigate({ to: '/n/$namespace/deployments', params: { namespace }, search: {} });
  };
}

export function Keyboard({ namespace }: { namespace: string | undefined }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const go = useGo(namespace);
  useEffect(() => {
    let prefixAt = 0;
    const pressed = (event: KeyboardEvent) => {
      const { key } = event;
      if (key === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        setPaletteOpen(true);
      }
      const isElsewhere = isTyping(event.target) || document.querySelector('dialog[open]') !== null;
      if (event.ctrlKey || event.metaKey || event.altKey || isElsewhere) return;
      if (Date.now() - prefixAt < prefixMs) {
        prefixAt = 0;
        void go(key);
      } else if (key === 'g') prefixAt = Date.now();
      else if (key === '?') dialog.current?.showModal();
      else if (key === '/') {
        event.preventDefault();
        const search = document.querySelector<HTMLElement>('input[type=search]');
        if (search) search.focus();
        else setPaletteOpen(true);
      } else moves[key]?.();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [go]);
  return (
    <>
      <button type="button" aria-keyshortcuts="Control+K Meta+K" onClick={() => setPaletteOpen(true)}>
        Go to…
      </button>
      <button type="button" aria-label="Keys" aria-keyshortcuts="?" onClick={() => dialog.current?.showModal()}>
        ?
      </button>
      {isPaletteOpen && <Palette namespace={namespace} close={() => setPaletteOpen(false)} />}
      <dialog ref={dialog} aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl className="keys">
          {keys.map(([name, what]) => (
            <div key={name}>
              <dt>
                <kbd>{name}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </dialog>
    </>
  );
}
