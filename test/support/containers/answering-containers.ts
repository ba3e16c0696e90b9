// Provides Durable Object namespaces for containers whose answers come from the test.
import type { ContainerNamespaces } from '../../../src/builders/client.ts';
import type { ContainerSize, Jurisdiction, LocationHint } from '../../../src/contract/plugin/placement.ts';

/** The destination of a request: the container class by its size, or `builds`. */
export interface Target {
  size: ContainerSize | 'builds';
  jurisdiction: Jurisdiction | null;
  locationHint: LocationHint | null;
}

type AnswerRequest = (id: string, url: string, init: RequestInit, target: Target) => Promise<Response>;

/** Four of the containers do builds. */
export function containersAnswering(answer: AnswerRequest): ContainerNamespaces {
  const namespace = (size: Target['size'], jurisdiction: Jurisdiction | null = null) => ({
    getByName: (id: string, { locationHint = null }: { locationHint?: LocationHint | null } = {}) => ({
      fetch: async (request: RequestInfo | URL, init: RequestInit = {}) =>
        answer(id, String(request), init, { size, jurisdiction, locationHint }),
    }),
  });
  const instances = (size: ContainerSize) => ({
    ...namespace(size),
    jurisdiction: (name: Jurisdiction) => namespace(size, name),
  });
  return {
    instances: {
      lite: instances('lite'),
      basic: instances('basic'),
      'standard-1': instances('standard-1'),
      'standard-2': instances('standard-2'),
      'standard-3': instances('standard-3'),
      'standard-4': instances('standard-4'),
    },
    builds: namespace('builds'),
    buildHosts: 4,
  };
}
