// Bodies without what differs from run to run, so that they can be compared byte by byte and kept as golden files.

/** Ids lose all but their kind, dates and digests all. */
export function masked(text: string): string {
  return text
    .replaceAll(/\b(org|ns|key|plg|ver|plu|scn|dep|evt|req|out|whk|dlv|vec)_[0-9a-z]{26}\b/g, '$1_…')
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>');
}

export function goldenJson(text: string): string {
  return `${JSON.stringify(JSON.parse(masked(text)), null, 2)}\n`;
}
