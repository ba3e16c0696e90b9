// The palette's field and choices: plugins, versions, pages and actions by parts of their names, and what features find.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useRouteContext } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import { useNamespace } from '../../data/namespace.ts';
import { type Choice, matchingChoices, paletteChoices } from '../../data/palette-choices.ts';
import { everyVersionQuery } from '../../data/queries.ts';
import { added } from '../../points.ts';
import { isComposing } from './composition.ts';
import { usePlaces } from './places.ts';

const shownMax = 12;

/** Returns what the features find. While they search, the previous choices stay. */
function useFound(typed: string): Choice[] {
  const namespace = useNamespace();
  const { data = [] } = useQuery({
    queryKey: ['found', namespace, typed],
    enabled: typed !== '',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await Promise.all(added('finders').map((one) => one.find({ namespace, typed, signal })))).flat(),
  });
  return typed === '' ? [] : data;
}

interface Choices {
  choices: Choice[];
  /** True until the plugins have loaded. */
  isReading: boolean;
}

function useChoices(): Choices {
  const namespace = useNamespace();
  const pages = usePlaces();
  const { scopes } = useRouteContext({ from: '/signed-in' }).key;
  const { data, isLoading } = useQuery({ ...everyVersionQuery(namespace ?? ''), enabled: namespace !== undefined });
  const choices = useMemo(
    () => paletteChoices({ pages, namespace, versions: data?.plugins ?? [], scopes }),
    [namespace, pages, data, scopes],
  );
  return { choices, isReading: isLoading };
}

export default function Palette({ close }: { close: () => void }) {
  const { choices, isReading } = useChoices();
  const [typed, setTyped] = useState('');
  const [current, setCurrent] = useState(0);
  /** True if Enter was pressed before there was a choice. */
  const [isEntered, setEntered] = useState(false);
  const navigate = useNavigate();
  const found = matchingChoices(choices, typed);
  const others = useFound(typed).filter(({ to }) => !found.some((choice) => choice.to === to));
  const shown = [...found.slice(0, shownMax), ...others];
  const go = (choice: Choice | undefined) => {
    setEntered(choice === undefined && isReading);
    if (!choice) return;
    close();
    void navigate({ to: choice.to, ...(choice.hash !== undefined && { hash: choice.hash }) });
  };
  useEffect(() => {
    if (isEntered && !isReading) go(shown[0]);
  });
  const pressed = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') go(shown[current]);
    else if (step !== undefined) setCurrent((before) => (before + step + shown.length) % Math.max(1, shown.length));
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        aria-label="Go to a plugin, a version or a page"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-choices"
        aria-activedescendant={shown.length > 0 ? `choice-${current}` : undefined}
        value={typed}
        placeholder="Plugin, version, page or action"
        autoComplete="off"
        onChange={(event) => {
          setTyped(event.target.value);
          setCurrent(0);
          setEntered(false);
        }}
        onKeyDown={pressed}
      />
      <ChoiceList shown={shown} current={current} go={go} />
      <p className="quiet" role="status">
        {shown.length === 0 && (isReading ? 'Reading the plugins…' : 'No matches.')}
        {found.length > shownMax && `${found.length - shownMax} more`}
      </p>
    </>
  );
}

interface ListProps {
  shown: Choice[];
  current: number;
  go: (choice: Choice) => void;
}

function ChoiceList({ shown, current, go }: ListProps) {
  return (
    <div id="palette-choices" role="listbox" aria-label="Choices">
      {shown.map((choice, index) => (
        // The input has the focus and handles the keys.
        // biome-ignore lint/a11y/useKeyWithClickEvents: see above
        <div
          key={`${choice.kind} ${choice.label} ${choice.to}`}
          id={`choice-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === current}
          onClick={() => go(choice)}
        >
          {choice.label} <span className="quiet">{choice.place ?? choice.kind}</span>
        </div>
      ))}
    </div>
  );
}
