// Describes the events of credentials for private sources in words, for lists that people read.

export const sentences = {
  'source.added': 'added the credential for {source}',
  'source.rotated': 'replaced the token for {source}',
  'source.removed': 'removed the credential for {source}',
};
