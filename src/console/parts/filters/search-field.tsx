// A field that filters what is below it. It shows what is typed at once, and the page follows when one pauses.
import { useEffect, useId, useRef, useState } from 'react';

interface Props {
  label: string;
  placeholder: string;
  /** Shows the label, as the filters beside it do. */
  isChip?: boolean;
  /** The text that the page is filtered by. */
  value: string | undefined;
  /** Filters the page. Undefined: nothing is typed. */
  change: (text: string | undefined) => void;
}

const pauseMs = 120;

export function SearchField({ label, placeholder, isChip = false, value = '', change }: Props) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  /** Texts that were given to the page, and that it had before. */
  const [{ given, known }, setGiven] = useState({ given: value, known: value });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  if (value !== known) {
    setGiven({ given: value, known: value });
    // A link changed it, or the way back: what was typed since the page was filtered stays.
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
