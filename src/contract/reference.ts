// Defines what the pages of the API reference read: the list of all operations, and one operation with everything that it refers to.

export interface ListedOperation {
  id: string;
  method: string;
  /** The name of the event, for a request to a webhook. */
  path: string;
  summary: string;
}

export interface ReferenceGroup {
  id: string;
  title: string;
  description: string;
  operations: ListedOperation[];
}

/** Lists where one can go, on every page. Pages search it. */
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
  /** The page that explains it. */
  url: string;
}

/** One operation of the OpenAPI document. */
export interface OperationDocument {
  id: string;
  method: string;
  path: string;
  isWebhook: boolean;
  operation: object;
  /** The components that the operation refers to, by their kind and name. */
  components: Record<string, Record<string, unknown>>;
  problems: ListedProblem[];
}
