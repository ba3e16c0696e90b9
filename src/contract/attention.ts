// Defines a need: something that waits for a person, with where and how to do it.

export const needSeverities = ['bad', 'warn'] as const;

export interface Need {
  /** Its kind and its key. Stays the same while the need does. */
  id: string;
  kind: string;
  severity: (typeof needSeverities)[number];
  /** One plain sentence. */
  title: string;
  /** Null if it concerns the whole organization. */
  namespaceId: string | null;
  /** ID or name of what it is about. */
  subject: string;
  since: number;
  action: {
    label: string;
    /** Path of the console's page. Null if there is none. */
    page: string | null;
    /** Command that does it, or shows more. */
    command: string;
  };
  /** Differs once the need has changed, so that a dismissal of the earlier one no longer hides it. */
  fingerprint: string;
}

/** A need as its source finds it. */
export interface FoundNeed extends Omit<Need, 'id' | 'kind'> {
  /** Unique among the needs of its kind. Made of IDs and words, because paths contain it. */
  key: string;
  /** ID of a need with the same cause. If that one is listed, this one isn't. */
  coveredBy?: string;
}
