// Defines the limits of webhooks. Timeouts and retries are in limits/signed-requests.ts.
import { signedRequests } from '../../limits/signed-requests.ts';

const seconds = 1000;
const minutes = 60 * seconds;
const days = 24 * 60 * minutes;

export const webhooks = {
  /** An endpoint is disabled after nothing but failures for this long: more than twice the duration of all retries. */
  failingMaxMs: 5 * days,
  /** After this long without a failed attempt, that period starts over. */
  failureGapMs: 1 * days,
  /**
   * Deliveries that a worker claims together. It stores their outcomes together: if it dies, up to this many events may be sent again.
   */
  claimedMax: 24,
  /** Events and endpoints per round, and rounds per message. A round takes up to 104 of an invocation's 1,000 statements. */
  fanOut: { endpointsMax: 50, eventsMax: 1000, roundsMax: 4 },
  /** Number of newest deliveries that `GET /v1/webhooks/{id}` counts, and that a filtered list page searches. */
  searchedMax: 500,
  /** Endpoints searched for the oldest due delivery, for the metrics. */
  measuredMax: 500,
  /** Lanes of one endpoint, each with a lease of its own (D44). */
  lanes: signedRequests.workers,
  /**
   * Lanes of one organization's endpoints with a worker at the same time, of the 20 workers in wrangler.toml; the other lanes take
   * turns. So receivers that never respond leave workers to other organizations.
   */
  lanesPerOrganization: 6,
  /**
   * Requests per message, plus up to one claim; another message continues. Each takes one of an invocation's 10,000 subrequests and one
   * batch statement. An invocation may have 1,000 statements, however they are counted.
   */
  sliceRequests: 300,
  /**
   * A timed-out attempt adds `weight` to the endpoint's score; a response subtracts one. So the score rises if more than one in
   * `weight` attempts hangs. At `from`, the time limit becomes `timeoutMs`, until the score is 0.
   */
  hanging: { weight: 40, from: 200, max: 400, timeoutMs: 5 * seconds },
  /** Newest attempts kept per delivery. Each redelivery adds up to nine, of about 1 KB each. */
  attemptsKept: 50,
  /** How far back deliveries can be repeated. */
  recoverableMs: 14 * days,
} as const;
