// What came out for one PATH of the command line, whatever it is.
import type { Finding } from '../../contract/finding.ts';
import type { Scanner } from './scan-job.ts';
import type { Unchecked } from './unchecked.ts';

export type SubjectKind = 'plugin' | 'archive' | 'folder' | 'file';

export interface Judged {
  kind: SubjectKind;
  /** Of the archive, or of the one that the plugin's folder is packed into. */
  sha256?: string;
  /** The archive that a plugin's folder is packed into. */
  packed?: Uint8Array<ArrayBuffer>;
  /** As the manifest says it. */
  plugin?: { name: string; version: string };
  filesScanned: number;
  /** Sorted; `file` is a path within the PATH, '' for an archive as a whole; of a single file the PATH as given. */
  findings: Finding[];
  unchecked: Unchecked[];
  /** A file that findings speak of, for showing its lines; undefined where there is nothing to show. */
  read(file: string): Promise<Uint8Array | undefined>;
}

/** What every judgement needs. */
export interface Judging extends Scanner {
  threads: number;
}
