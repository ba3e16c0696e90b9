// Masks the parts of a body that differ from run to run, so that it can be compared with a golden file.

/** Reduces IDs to their prefixes, and replaces times and digests. */
export function maskVolatile(text: string): string {
  return text
    .replaceAll(/\b(org|ns|key|plg|ver|plu|scn|dep|evt|req|out|whk|dlv|vec)_[0-9a-z]{26}\b/g, '$1_…')
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>');
}

export function goldenJson(text: string): string {
  return `${JSON.stringify(JSON.parse(maskVolatile(text)), null, 2)}\n`;
}
