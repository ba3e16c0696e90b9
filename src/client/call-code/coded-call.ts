// Defines a call that is written as code.

/** How the answer comes: as one, as its values are yielded, or from its own URL. */
export type CodeMode = 'stream' | 'later' | undefined;

export interface CodedCall {
  /** URL at which callers reach Slipway, such as `https://slipway.example.com`. */
  origin: string;
  path: string;
  /** JSON, whose values are sent unchanged. */
  body: string;
  mode: CodeMode;
  /** The same call as a `slipway` command. */
  command: string;
}
