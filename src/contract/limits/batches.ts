// Defines the limits of batch steps, in tests with a few rows and in runs over a whole file.
import { builderLimits } from './builder.ts';
import { apiLimits } from './requests.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const seconds = 1000;
const minutes = 60 * seconds;

export const batchLimits = {
  rowsMax: 1000,
  /** Concurrent batch tests per organization and builder; more are rejected. */
  perOrganization: 2,
  /** Rows per batch, unless the manifest sets it. */
  batchSize: 64,
  /** Newest log lines in the response. */
  logLines: 1000,
  /** A whole request, as for a realtime call. */
  callBytes: builderLimits.callBytes,
} as const;

export const runLimits = {
  // The input

  /** Size of the uploaded file, compressed and inflated. */
  inputBytes: 5 * GiB,
  /** Reserved if the request names no size. A larger file is then rejected when the run starts. */
  reservedInputBytes: 256 * MiB,
  rowsMax: 10_000_000,
  /** Longest row. A longer one fails without being read. */
  rowBytes: MiB,
  /** Longest stretch of input without a row end: blank lines, or one huge row. Longer ones are rejected, so reading always ends. */
  gapBytes: 128 * MiB,
  /** Length of a line in a run's errors. Escaping a row that isn't JSON makes it up to six times as long. */
  errorLineBytes: 8 * MiB,
  /** Columns per CSV file. */
  columnsMax: 1000,
  /** Body of a request with rows, as for a realtime call. */
  requestBytes: 8 * MiB,
  /** Validity of the upload URL, and how long a run waits for its start. */
  uploadUrlSeconds: 24 * 3600,

  // Chunk size. One process works on a chunk at a time; a Worker and a builder hold one chunk in memory. A chunk may be divided later.

  chunkBytes: 4 * MiB,
  chunkRows: 20_000,
  chunksMax: 10_000,
  /** Time one message spends splitting an input, before the organization's next input gets its turn. */
  splitMs: 60 * seconds,
  /** Longer limit once chunks were stored, since the next message has to read that part again. */
  splitStoredMs: 3 * minutes,
  /** Inputs split at a time per organization; others wait. */
  splitsAtOnce: 2,
  /** Chunks written together with the split's position. */
  chunksAtOnce: 64,
  /** Bytes of input between checks of the split's lease. */
  renewBytes: MiB,

  // Work

  /** Default number of processes per run. */
  parallel: 4,
  parallelMax: 64,
  /** Working time per message. The next message continues after the finished rows. */
  workMs: 5 * minutes,
  /** Working time per attempt at a chunk. Finished rows are then committed, and any process may take the remaining ones. */
  attemptMs: 8 * seconds,
  /** Commits finished rows after this time, even if a slow row keeps the attempt open. */
  commitMs: 10 * seconds,
  /**
   * Divides a chunk so that each of the run's processes gets this many turns at the remaining rows; one turn until the row duration is
   * known. A turn lasts at least `turnMs`, and at least `turnOverheads` times the last turn's claim and commit, up to half an attempt.
   */
  turnsLeft: { atFirst: 1, later: 2 },
  turnMs: 2 * seconds,
  turnOverheads: 8,
  turnMsMax: 4 * seconds,
  /** Number of waiting chunks at which a run stops dividing them. */
  plentyOfChunks: 128,
  /** Chunks per message: an invocation may query D1 a thousand times. */
  chunksOfMessage: 100,
  /** Attempts at a chunk while the builder or the store is unavailable. */
  attemptsMax: 8,
  /** First delay between these attempts; it doubles. */
  retryMs: 5 * seconds,
  /** Part size of multipart uploads to the store. */
  partBytes: 5 * MiB,
  /** Nesting depth of a row, as for a request. */
  rowLevels: apiLimits.jsonLevels,
  /** Characters in a row's failure reason. */
  reasonChars: 500,

  /** Age at which an object without a row counts as lost: longer than any message runs. */
  lostObjectsMs: 60 * minutes,

  // Output

  /** Validity of result URLs. */
  resultUrlSeconds: 3600,
} as const;
