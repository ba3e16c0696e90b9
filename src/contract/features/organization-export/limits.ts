// Limits the work of one response of an organization's export.

export const organizationExport = {
  /** Rows per page. */
  pageRows: 250,
  /** Bytes per page, unless one row has more. */
  pageBytes: 256 * 1024,
  /** Database and store requests per response. An invocation may make 1,000 of each. */
  trips: 800,
  /** Validity of an object's URL. */
  urlSeconds: 3600,
} as const;
