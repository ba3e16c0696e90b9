// A field that filters the content below it. Typed text shows immediately; the page is filtered after a pause.
import { useEffect, useId, useRef, useState } from 'react';

interface Props {
  label: string;
  placeholder: string;
  /** Shows the label, like the filters next to it. */
  isChip?: boolean;
  /** The current filter text. */
  value: string | undefined;
  /** Filters the page. Undefined clears the filter. */
  change: (text: string | undefined) => void;
}

const pauseMs = 120;

export function SearchField({ label, placeholder, isChip = false, value = '', change }: Props) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  /** Texts passed to the page, now and before. */
  const [{ given, known }, setGiven] = useState({ given: value, known: value });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  if (value !== known) {
    setGiven({ given: value, known: value });
    // A link or the back button changed the filter. Otherwise keep text typed since the page was filtered.
    if (value !== given) setTyped(value);
  }
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setGiven((before) => ({ ...before, given: text }));
      change(text === '' ? undefined : text);
    }, pauseMs);
  };
  const input = (
    <input
      id={id}
      type="search"
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      onChange={({ target }) => type(target.value)}
    />
  );
  if (!isChip) return input;
  return (
    <label htmlFor={id} className="chip">
      {label}: {input}
    </label>
  );
}
