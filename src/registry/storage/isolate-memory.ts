// The rooms of an isolate's memory, which has 128 MB for all its requests and messages. Code that holds a body, an archive or a module as a
// whole takes a place in one of them first. Work that has a place among bodies may wait for one among large things, never the other way round, and
// nothing waits for a second place in the same room: so nobody waits for one that waits for it (decision 120).
import { isolateMemory } from '../../contract/limits/requests.ts';
import { Room } from '../../core/room.ts';

/** Bodies of requests and of later calls. */
export const bodyRoom = new Room(isolateMemory.bodies);

/** Forms, archives, cold modules and packages. */
export const largeRoom = new Room(isolateMemory.large);
