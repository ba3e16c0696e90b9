// Defines the limits of the batch steps of plugins: of tests with a few rows, and of runs, which send a file of rows through them.
import { builderLimits } from './builder.ts';
import { apiLimits } from './requests.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const seconds = 1000;
const minutes = 60 * seconds;

export const batchLimits = {
  rowsMax: 1000,
  /** Runs of one organization on one builder at the same time; further ones are refused. */
  perOrganization: 2,
  /** Rows of one batch, if the manifest does not say. */
  batchSize: 64,
  /** The newest printed lines, which the answer has. */
  logLines: 1000,
  /** A whole request, as a realtime call. */
  callBytes: builderLimits.callBytes,
} as const;

export const runLimits = {
  // The input

  /** Size of the file that is sent, and of what it inflates to. */
  inputBytes: 5 * GiB,
  /** Reserved for a file whose size the request doesn't say. A larger one is refused at the start. */
  reservedInputBytes: 256 * MiB,
  rowsMax: 10_000_000,
  /** One row of the input. A longer one fails, and is read by nobody. */
  rowBytes: MiB,
  /**
   * Bytes of the input in which no row ends: blank lines, or a row that is far too long. An input with more is refused, so that reading it is
   * no work without an end.
   */
  gapBytes: 128 * MiB,
  /** A line of the errors of a run: a row whose text is no JSON is escaped, which makes it up to six times as long. */
  errorLineBytes: 8 * MiB,
  /** Columns of a CSV. */
  columnsMax: 1000,
  /** The body of a request with rows, as a realtime call. */
  requestBytes: 8 * MiB,
  /** How long the URL of an input can be used, and how long a run waits for its start. */
  uploadUrlSeconds: 24 * 3600,

  // Chunks: each is worked on by one process at a time. A Worker and a builder hold one in memory. One may be divided later.

  chunkBytes: 4 * MiB,
  chunkRows: 20_000,
  chunksMax: 10_000,
  /** An input is split for this long by one message. Then the next input of the organization has its turn. */
  splitMs: 60 * seconds,
  /** The same where chunks are stored: the next message reads again what this one has read. */
  splitStoredMs: 3 * minutes,
  /** Inputs of one organization that are split at the same time. Others of it wait. */
  splitsAtOnce: 2,
  /** Chunks that are written together, with the place that the split has come to. */
  chunksAtOnce: 64,
  /** Bytes of the input after which the lease of its split is looked at. */
  renewBytes: MiB,

  // Work

  /** Processes of one run, if it does not say. */
  parallel: 4,
  parallelMax: 64,
  /** A message works for this long. Then another one continues; a chunk goes on behind the rows that are done. */
  workMs: 5 * minutes,
  /** A chunk is worked on for this long. Then what is done is committed, and the rest waits for any process. */
  attemptMs: 8 * seconds,
  /** Time after which what is done is committed if the attempt has not ended by then, because a row takes long. */
  commitMs: 10 * seconds,
  /**
   * A chunk is divided so that each process of its run has so many turns at what is left: one, until it is known how long rows take. But a turn
   * takes no less than this, and than so many times what claiming and committing took of the turn before, up to half an attempt.
   */
  turnsLeft: { atFirst: 1, later: 2 },
  turnMs: 2 * seconds,
  turnOverheads: 8,
  turnMsMax: 4 * seconds,
  /** Chunks that wait for a run, with which none of it is divided. */
  plentyOfChunks: 128,
  /** And on so many chunks: an invocation may ask D1 a thousand times. */
  chunksOfMessage: 100,
  /** How often a chunk is tried when what it needs is not there: a builder, the store. */
  attemptsMax: 8,
  /** The first wait after that. Waits double. */
  retryMs: 5 * seconds,
  /** Parts of an upload to the store, which all have this size but the last. */
  partBytes: 5 * MiB,
  /** How deeply a row nests: as deeply as a request. */
  rowLevels: apiLimits.jsonLevels,
  /** The reason why a row failed. */
  reasonChars: 500,

  /** How long an object may wait for the row that names it: longer than any message works. */
  lostObjectsMs: 60 * minutes,

  // Output

  /** How long URLs of results can be used. */
  resultUrlSeconds: 3600,
} as const;
