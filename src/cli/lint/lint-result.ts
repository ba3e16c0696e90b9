// Defines the result of linting one PATH argument.
import type { Finding } from '../../contract/findings/finding.ts';
import type { LeftOut } from './left-out.ts';
import type { Scanner } from './scan-job.ts';
import type { Unchecked } from './unchecked.ts';

export type SubjectKind = 'plugin' | 'archive' | 'folder' | 'file';

export interface LintResult {
  kind: SubjectKind;
  /** Digest of the archive, or of the plugin folder's packed archive. */
  sha256?: string;
  /** Digest of its files, the same however they are packed. Absent unless all of them were read. */
  filesSha256?: string;
  /** The plugin folder's packed archive. */
  packed?: Uint8Array<ArrayBuffer>;
  /** The name and version from the manifest. */
  plugin?: { name: string; version: string };
  /** Things that callers would miss. Absent for anything but a plugin that could be opened. */
  hints?: readonly string[];
  filesScanned: number;
  /** Sorted. `file` is relative to the PATH, '' for a whole archive, and the PATH itself for a single file. */
  findings: Finding[];
  /** Warnings about dependencies, which `slipway test` and `publish` report. */
  advice?: Finding[];
  unchecked: Unchecked[];
  /** Paths that the folder's ignore files name. */
  leftOut?: LeftOut;
  /** Reads a file that has findings, to show its lines. Returns undefined if it has no lines to show. */
  read(file: string): Promise<Uint8Array | undefined>;
}

/** Context for every lint function. */
export interface LintContext extends Scanner {
  threads: number;
  /** A folder to lint as one plugin although it has no manifest. */
  root?: string;
  /** Files of the plugin to pack although they look like secrets or are ignored, relative to its folder. */
  include?: readonly string[];
}
