// The colors: those of the system, or the ones that the reader chose.
import { useState } from 'react';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

const storageKey = 'slipway-theme';

function storedTheme(): Theme {
  const stored = localStorage.getItem(storageKey);
  return themes.find((theme) => theme === stored) ?? 'system';
}

export function applyTheme(theme: Theme = storedTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function ThemeChoice() {
  const [theme, setTheme] = useState(storedTheme);
  const choose = (value: string) => {
    const chosen = themes.find((known) => known === value) ?? 'system';
    localStorage.setItem(storageKey, chosen);
    applyTheme(chosen);
    setTheme(chosen);
  };
  return (
    <label>
      <span className="unseen">Colors</span>
      <select value={theme} onChange={(event) => choose(event.target.value)}>
        <option value="system">System colors</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}
