// Describes the events of secrets in words, for lists that people read. `{name}` stands for a field in the event's data.

export const sentences = {
  'secret.set': 'set the secret {name}',
  'secret.deleted': 'deleted the secret {name}',
};
