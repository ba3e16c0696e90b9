// A page's key figures in large type, each with its comparison.
import type { ReactNode } from 'react';
import { formatShare } from '../../core/quantities.ts';
import { failsNow } from '../data/failing-plugins.ts';
import type { PluginCalls } from '../data/listed-plugins.ts';

export function Figures({ children }: { children: ReactNode }) {
  return <dl className="figures">{children}</dl>;
}

export function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface Calls {
  calls: number;
  errors: number;
}

/** Returns the share of failed calls, such as `0.42%`. */
export function errorShare({ calls, errors }: Calls): string {
  return calls === 0 ? '–' : formatShare(errors, calls);
}

/** Shows the share in a table, marked if the plugin is failing. */
export function ErrorShare({ calls }: { calls: PluginCalls | undefined }) {
  const text = errorShare(calls ?? { calls: 0, errors: 0 });
  return calls && failsNow(calls) ? <strong className="problem">{text}</strong> : text;
}

/** Formats a call count for a table. */
export function callCount(calls: number): string {
  return calls === 0 ? '–' : calls.toLocaleString('en');
}
