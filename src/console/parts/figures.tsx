// The figures of a page in large type, each with what it is compared to.
import type { ReactNode } from 'react';
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

/** How much of the calls failed, such as `0.42 %`. */
export function errorShare({ calls, errors }: Calls): string {
  return calls === 0 ? '–' : `${((100 * errors) / calls).toFixed(2)} %`;
}

/** The share in a table, marked where the plugin is failing. */
export function ErrorShare({ calls }: { calls: PluginCalls | undefined }) {
  const text = errorShare(calls ?? { calls: 0, errors: 0 });
  return calls && failsNow(calls) ? <strong className="problem">{text}</strong> : text;
}

/** A number of calls in a table. */
export function callCount(calls: number): string {
  return calls === 0 ? '–' : calls.toLocaleString('en');
}
