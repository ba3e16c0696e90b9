// Defines ways in which features get keys, other than a stored one.
import type { components } from '../../client/api.gen.d.ts';
import type { ConnectionFlags, Environment } from './settings.ts';

export interface BrowserLogin {
  baseUrl: string;
  /** ID of the organization whose own issuers the sign-in page also offers. */
  organization: string | undefined;
  /** Shows the console's page to the user. */
  show(url: string): void;
  /** Asks for the code. Undefined to receive it from the browser. */
  askCode: (() => Promise<string>) | undefined;
  signal: AbortSignal;
}

/** A command that may run in a CI job. */
export interface Job {
  environment: Environment;
  signal: AbortSignal;
  /** The plugin's folder, for commands that take one. */
  folder: string | undefined;
  /** The plugin that the command is about, in case several trusted publishers match. */
  plugin(): Promise<string | undefined>;
}

export interface KeySource {
  /** Returns a new key of the person who confirms in the browser. */
  fromBrowser(login: BrowserLogin): Promise<components['schemas']['ApiKeyWithSecret']>;
  /** Returns the flags with a new key. Returns them unchanged if there is a key already, or this is no CI job that could get one. */
  withJobKey(flags: ConnectionFlags, job: Job): Promise<ConnectionFlags>;
}
