// Describes the event of vector features in words, for lists that people read.

export const sentences = {
  'namespace.reconfigured': "reconciled a namespace's vector features",
};
