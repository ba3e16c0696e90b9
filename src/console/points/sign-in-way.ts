// Defines ways to sign in that features add to the one with an API key.
import type { ComponentType } from 'react';

export interface SignInWay {
  name: string;
  /** Its part of the sign-in page. `page` is shown after signing in. */
  Way: ComponentType<{ page: string }>;
  /** Takes the secret of a link from the address bar, which doesn't keep it. */
  takeLinkFromAddress(): void;
}
