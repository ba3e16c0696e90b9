// Describes what a toast says.
import type { LinkProps } from '@tanstack/react-router';

/** The effect of an action, with a link to what it made or changed. */
export interface Said {
  message: string;
  leads: { to: LinkProps; text: string } | undefined;
}
