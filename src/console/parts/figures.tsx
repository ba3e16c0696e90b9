// The figures of a page in large type, each with what it is compared to.
import type { ReactNode } from 'react';

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

/** How much of the calls failed, such as `0.42 %`. */
export function errorShare({ calls, errors }: { calls: number; errors: number }): string {
  return calls === 0 ? '–' : `${Number(((100 * errors) / calls).toFixed(2))} %`;
}
