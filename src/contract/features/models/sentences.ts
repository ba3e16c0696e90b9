// Describes the events of models in words, for lists that people read. `{name}` stands for a field in the event's data.

export const sentences = {
  'model.set': 'stored the model {name}',
  'model.deleted': 'deleted the model {name}',
};
