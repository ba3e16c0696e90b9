// The keys of every page. Whatever they do can also be reached by Tab.
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

const keys: [keys: string, what: string][] = [
  ['/', 'search'],
  ['g p', 'plugins'],
  ['g d', 'deployments'],
  ['g e', 'events'],
  ['n, p', 'next or previous finding or change'],
  ['?', 'these keys'],
  ['Esc', 'close'],
];
const prefixMs = 1000;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

/** Moves to the next or previous element that is marked as a stop. */
function goToStop(step: 1 | -1): void {
  const stops = [...document.querySelectorAll<HTMLElement>('[data-stop]')];
  const current = stops.findIndex((stop) => stop.matches(':focus'));
  const next = stops.at((current === -1 && step === -1 ? 0 : current) + step) ?? stops[0];
  next?.focus();
  next?.scrollIntoView({ block: 'center' });
}

export function Keyboard({ namespace }: { namespace: string | undefined }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const navigate = useNavigate();
  useEffect(() => {
    let prefixAt = 0;
    const go = async (key: string) => {
      if (key === 'e') await navigate({ to: '/events', search: {} });
      if (namespace === undefined) return;
      if (key === 'p') await navigate({ to: '/n/$namespace/plugins', params: { namespace }, search: {} });
      if (key === 'd') await navigate({ to: '/n/$namespace/deployments', params: { namespace }, search: {} });
    };
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { key } = event;
      if (Date.now() - prefixAt < prefixMs) {
        prefixAt = 0;
        void go(key);
      } else if (key === 'g') prefixAt = Date.now();
      else if (key === 'n' || key === 'p') goToStop(key === 'n' ? 1 : -1);
      else if (key === '?') dialog.current?.showModal();
      else if (key === '/') {
        event.preventDefault();
        document.querySelector<HTMLElement>('input[type=search]')?.focus();
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [namespace, navigate]);
  return (
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
  );
}
