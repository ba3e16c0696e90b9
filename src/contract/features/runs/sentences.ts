// Describes the events of runs in words, for lists that people read. `{name}` stands for a field in the event's data.

export const sentences = {
  'run.created': 'created a run of {plugin} {version}',
  'run.started': 'started a run of {plugin} {version}',
  'run.split': 'found {rows} rows in the input of a run of {plugin} {version}',
  'run.succeeded': 'finished all {rows} rows of a run of {plugin} {version}',
  'run.partial': 'ended a run of {plugin} {version}: {failed} of {rows} rows failed',
  'run.failed': 'ended a run of {plugin} {version} that failed: {error}',
  'run.cancelled': 'cancelled a run of {plugin} {version}',
  'run.expired': 'expired a run of {plugin} {version} that was never started',
};
