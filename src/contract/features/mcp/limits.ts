// Defines the limits of tools, which agents call by the Model Context Protocol.

const KiB = 1024;

export const toolLimits = {
  /** Tools on a page of `tools/list`. A whole set, since some clients read only the first page. */
  perPage: 64,
  /** A tool's answer, with its pictures and sounds. A longer one is refused, because a model would read all of it. */
  answerBytes: 1024 * KiB,
  /** Characters of a schema. A model would read all of them. */
  schemaChars: 32 * KiB,
  /** Bytes of versions that are read together to describe them, and characters of the descriptions that an isolate keeps. */
  readBytes: 512 * KiB,
  keptChars: 2048 * KiB,
  /** Values of a message, except those of a call's arguments. The SDK checks each several times. */
  messageValues: 2000,
  setsPerNamespace: 50,
  perSet: 64,
  titleChars: 100,
  /** Words for models, which a set may give a tool. */
  descriptionChars: 2000,
  /** The request with a set. */
  setBytes: 256 * KiB,
} as const;
