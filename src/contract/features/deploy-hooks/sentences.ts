// Describes the events of deploy hooks in words, for lists that people read. `{name}` stands for a field in the event's data.

export const sentences = {
  'deploy_hook.created': 'created a deploy hook for {plugin}',
  'deploy_hook.updated': "changed a deploy hook's {fields}",
  'deploy_hook.deleted': 'deleted a deploy hook',
  'deploy_hook.secret_rotated': "rotated a deploy hook's secret",
  'push.received': 'received a push to {ref}',
  'push.started': 'started processing a push to {ref}',
  'push.published': 'published {commit} from a push to {ref}',
  'push.deploying': 'deploys a push to {ref}',
  'push.delayed': 'will retry a push to {ref}: {error}',
  'push.live': 'made {commit} of {ref} live',
  'push.failed': 'ended a push to {ref} that failed: {error}',
  'push.superseded': 'skipped a push to {ref} in favor of a newer one',
  'push.ignored': 'ignored a push: {because}',
};
