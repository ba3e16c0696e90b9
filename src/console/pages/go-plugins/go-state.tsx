// Whether a Go plugin is built and runs, or crashes.
import { goPluginWord } from '../../../contract/state-words.ts';
import type { Schemas } from '../../data/api.ts';
import { Status, type Tone } from '../../parts/status.tsx';
import { RestartCount } from '../deployments/instance.tsx';

const tones: Record<ReturnType<typeof goPluginWord>, Tone> = {
  failed: 'bad',
  updating: 'busy',
  deploying: 'busy',
  live: 'good',
  restarting: 'bad',
};

/** A plugin that crashed is marked, also while a process of it is up. */
export function GoState({ plugin }: { plugin: Schemas['GoPlugin'] }) {
  const word = goPluginWord(plugin);
  const tone = word === 'live' && plugin.restarts ? 'warning' : tones[word];
  return (
    <>
      <Status tone={tone}>{word}</Status>
      {plugin.restarts && <RestartCount restarts={plugin.restarts} isDown={word === 'restarting'} />}
    </>
  );
}
