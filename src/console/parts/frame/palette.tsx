// Goes to a plugin, a version or a page by typing a part of its name.
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { useNamespace } from '../../data/namespace.ts';
import { everyVersionQuery } from '../../data/queries.ts';
import { OpenDialog } from '../dialog.tsx';
import { usePlaces } from './places.ts';

interface Choice {
  label: string;
  kind: 'page' | 'plugin' | 'version';
  to: string;
}

const shownMax = 12;

function useChoices(): Choice[] {
  const namespace = useNamespace();
  const pages = usePlaces().map(({ title, to }): Choice => ({ label: title, kind: 'page', to }));
  const { data } = useQuery({ ...everyVersionQuery(namespace ?? ''), enabled: namespace !== undefined });
  if (namespace === undefined) return pages;
  const plugins = `/n/${namespace}/plugins`;
  const versions = data?.plugins ?? [];
  const names = [...new Set(versions.map(({ name }) => name))];
  return [
    ...pages,
    ...names.map((name): Choice => ({ label: name, kind: 'plugin', to: `${plugins}/${name}` })),
    ...versions.map(
      ({ name, version }): Choice => ({
        label: `${name} ${version}`,
        kind: 'version',
        to: `${plugins}/${name}/versions/${encodeURIComponent(version)}`,
      }),
    ),
  ];
}

/** Every part that was typed is in the label. */
function matches(label: string, typed: string): boolean {
  const parts = typed.toLowerCase().split(/[\s@]+/);
  return parts.every((part) => label.toLowerCase().includes(part));
}

export function Palette({ close }: { close: () => void }) {
  const [typed, setTyped] = useState('');
  const [current, setCurrent] = useState(0);
  const navigate = useNavigate();
  const found = useChoices().filter(({ label }) => matches(label, typed));
  const shown = found.slice(0, shownMax);
  const go = (choice: Choice | undefined) => {
    if (!choice) return;
    close();
    void navigate({ to: choice.to });
  };
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') go(shown[current]);
    else if (step !== undefined) setCurrent((before) => (before + step + shown.length) % Math.max(1, shown.length));
    else return;
    event.preventDefault();
  };
  return (
    <OpenDialog title="Go to" className="palette" close={close}>
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
      <Choices shown={shown} current={current} go={go} />
      <p className="quiet" role="status">
        {found.length === 0 && 'Nothing has this name.'}
        {found.length > shownMax && `${found.length - shownMax} more`}
      </p>
    </OpenDialog>
  );
}

interface ChoicesProps {
  shown: Choice[];
  current: number;
  go: (choice: Choice) => void;
}

function Choices({ shown, current, go }: ChoicesProps) {
  return (
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
  );
}
