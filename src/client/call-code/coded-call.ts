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
  /** The same call as words of a `slipway` command. */
  command: readonly string[];
}

/** A call whose body is ready to be shown. */
export interface ShownCall extends CodedCall {
  /** True if the body can be an object literal. Otherwise a program that reads and writes it would change its values. */
  isLiteral: boolean;
}
