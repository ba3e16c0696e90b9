// Shows who did something: "Ana, by CLI", "acme/plugins, by CI", or a key by its name.
import { actorName } from '../../contract/events/authors.ts';
import type { Schemas } from '../data/api.ts';
import { visible } from './visible-text.ts';

type ActorRef = Schemas['Event']['actor'];

export function Actor({ actor }: { actor: ActorRef }) {
  return (
    <span className="actor" title={titleOf(actor)}>
      {visible(actorName(actor))}
      {wayOf(actor)}
    </span>
  );
}

function wayOf({ type, via }: ActorRef): string {
  if (type === 'ci') return ', by CI';
  return via === 'cli' ? ', by CLI' : '';
}

function titleOf({ id, made_by }: ActorRef): string {
  return made_by ? `${id}, behind it ${made_by.join(', ')}` : id;
}
