// Defines the data of the API reference pages: the list of all operations, and one operation with everything it refers to.

export interface ListedOperation {
  id: string;
  method: string;
  /** The event name, for a webhook request. */
  path: string;
  summary: string;
}

export interface ReferenceGroup {
  id: string;
  title: string;
  description: string;
  operations: ListedOperation[];
}

/** The navigation on every page, which is also searched. */
export interface ReferenceIndex {
  title: string;
  version: string;
  description: string;
  groups: ReferenceGroup[];
}

export interface ListedProblem {
  code: string;
  status: number;
  title: string;
  hint: string;
  /** URL of the page that explains it. */
  url: string;
}

/** One operation in the OpenAPI document. */
export interface OperationDocument {
  id: string;
  method: string;
  path: string;
  isWebhook: boolean;
  operation: object;
  /** Components that the operation refers to, by kind and name. */
  components: Record<string, Record<string, unknown>>;
  problems: ListedProblem[];
}
