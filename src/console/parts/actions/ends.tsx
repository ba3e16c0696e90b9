// Actions that end something, last on the page of that thing: each with what it does.
import type { ReactNode } from 'react';

export function Ends({ children }: { children: ReactNode }) {
  return (
    <section className="ends" aria-labelledby="ends">
      <h2 id="ends">Danger zone</h2>
      <div className="panel">{children}</div>
    </section>
  );
}

/** One action: its effect, and its button. */
export function End({ effect, children }: { effect: string; children: ReactNode }) {
  return (
    <div className="row">
      <p>{effect}</p>
      {children}
    </div>
  );
}
