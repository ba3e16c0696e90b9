// A secret that is shown once, after it was made.
import type { ReactNode } from 'react';
import { Copyable } from './copyable.tsx';

export function NewSecret({ secret, children }: { secret: string; children?: ReactNode }) {
  return (
    <section className="state" role="status" aria-label="New secret">
      <p>This secret is shown only now. Store it in a secret manager.</p>
      <p>
        <Copyable text={secret} />
      </p>
      {children}
    </section>
  );
}
