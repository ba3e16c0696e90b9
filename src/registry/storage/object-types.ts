// Decides how objects of the store are answered: as downloads, and by the types that Slipway gave them. What an uploader announced counts
// for nothing, because a page or an image with a script in it would run on the origin of the console's sessions.

/** Slipway names all objects, so an uploader cannot choose these endings. */
const typesByEnding: readonly (readonly [ending: string, type: string])[] = [
  ['.zip', 'application/zip'],
  ['.json', 'application/json'],
  ['.ndjson', 'application/x-ndjson'],
  ['.jsonl', 'application/x-ndjson'],
];

export function objectType(key: string): string {
  return typesByEnding.find(([ending]) => key.endsWith(ending))?.[1] ?? 'application/octet-stream';
}

/** Browsers save objects and never show them. */
export const objectDisposition = 'attachment';
