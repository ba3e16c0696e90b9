// Goes to a plugin, a version or a page by typing a part of its name.
import { useQuery } from '@tanstack/react-query';
import { type LinkProps, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { everyVersionQuery } from '../data/queries.ts';

interface Choice {
  label: string;
  kind: 'page' | 'plugin' | 'version';
  link: LinkProps;
}

const shownMax = 12;

const pages: Choice[] = [
  { label: 'Namespaces', kind: 'page', link: { to: '/' } },
  { label: 'Events', kind: 'page', link: { to: '/events' } },
  { label: 'Quotas and live plugins', kind: 'page', link: { to: '/quotas' } },
  { label: 'Keys', kind: 'page', link: { to: '/keys' } },
  { label: 'Webhooks', kind: 'page', link: { to: '/webhooks' } },
];

function useChoices(namespace: string | undefined): Choice[] {
  const { data } = useQuery({ ...everyVersionQuery(namespace ?? ''), enabled: namespace !== undefined });
  if (namespace === undefined) return pages;
  const versions = data?.plugins ?? [];
  const names = [...new Set(versions.map(({ name }) => name))];
  return [
    { label: 'Plugins', kind: 'page', link: { to: '/n/$namespace/plugins', params: { namespace } } },
    { label: 'Deployments', kind: 'page', link: { to: '/n/$namespace/deployments', params: { namespace } } },
    ...pages,
    ...names.map((name): Choice => {
      return { label: name, kind: 'plugin', link: { to: '/n/$namespace/plugins/$name', params: { namespace, name } } };
    }),
    ...versions.map(({ name, version }): Choice => {
      const params = { namespace, name, version };
      return {
        label: `${name} ${version}`,
        kind: 'version',
        link: { to: '/n/$namespace/plugins/$name/versions/$version', params },
      };
    }),
  ];
}

/** Every part that was typed is in the label. */
function matches(label: string, typed: string): boolean {
  const parts = typed.toLowerCase().split(/[\s@]+/);
  return parts.every((part) => label.toLowerCase().includes(part));
}

export function Palette({ namespace, close }: { namespace: string | undefined; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [current, setCurrent] = useState(0);
  const navigate = useNavigate();
  const found = useChoices(namespace).filter(({ label }) => matches(label, typed));
  const shown = found.slice(0, shownMax);
  useEffect(() => dialog.current?.showModal(), []);
  const go = (choice: Choice | undefined) => {
    if (!choice) return;
    dialog.current?.close();
    void navigate(choice.link);
  };
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') go(shown[current]);
    else if (step !== undefined) setCurrent((before) => (before + step + shown.length) % Math.max(1, shown.length));
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={dialog} aria-label="Go to" className="palette" onClose={close}>
      <input
        aria-label="Go to a plugin, a version or a page"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-choices"
        aria-activedescendant={shown.length > 0 ? `choice-${current}` : undefined}
        value={typed}
        placeholder="Plugin, version or page"
        autoComplete="off"
        onChange={(event) => {
          setTyped(event.target.value);
          setCurrent(0);
        }}
        onKeyDown={pressed}
      />
      <div id="palette-choices" role="listbox" aria-label="Choices">
        {shown.map((choice, index) => (
          // The input has the focus and handles the keys.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          <div
            key={`${choice.kind} ${choice.label}`}
            id={`choice-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            onClick={() => go(choice)}
          >
            {choice.label} <span className="quiet">{choice.kind}</span>
          </div>
        ))}
      </div>
      <p className="quiet" role="status">
        {found.length === 0 && 'Nothing has this name.'}
        {found.length > shownMax && `${found.length - shownMax} more`}
      </p>
    </dialog>
  );
}
