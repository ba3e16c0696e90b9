// Checks the release plan in manifest.py (plugin format §2).
import type { Finding } from '../../contract/findings/finding.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';
import { releaseChoiceSchema } from '../../contract/releases.ts';
import { issuesText } from '../../core/zod-issues.ts';
import { clipped, manifestFinding } from '../findings.ts';
import type { Names } from '../python/value.ts';
import { findEntry } from './declaration.ts';

const subject = 'serve_config.release';
const reasonLengthMax = 300;

export function readRelease(names: Names, { serve_config }: Pick<Manifest, 'serve_config'>): Finding[] {
  const stated = serve_config?.release;
  const error = stated === undefined || stated === null ? undefined : releaseChoiceSchema.safeParse(stated).error;
  const place = findEntry(names, 'serve_config', 'release');
  if (!error || !place) return [];
  const message = `${subject} is invalid. ${clipped(issuesText(error), reasonLengthMax)}`;
  return [manifestFinding('SLM111', place.at, subject, message)];
}
