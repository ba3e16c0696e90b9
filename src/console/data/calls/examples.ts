// Finds what a version's source says about its calls: its examples, which it answers before it goes live, and whether it yields values.
import { useQuery } from '@tanstack/react-query';
import { sourceQuery } from '../queries.ts';
import { type ExampleCall, readExampleCall } from './call-input.ts';

export interface Example {
  name: string;
  input: ExampleCall;
}

export function useExamples(namespace: string, id: string) {
  const { data, isPending } = useQuery(sourceQuery(namespace, id));
  const texts = (data?.files ?? []).flatMap(({ path, content, encoding }) =>
    content === null || encoding !== 'utf-8' ? [] : [{ path, content }],
  );
  const examples = texts.flatMap(({ path, content }): Example[] => {
    const [, name] = /^tests\/examples\/(.+)\.json$/.exec(path) ?? [];
    const input = name === undefined ? undefined : readExampleCall(content);
    return name === undefined || !input ? [] : [{ name, input }];
  });
  const streams = texts.some(
    ({ path, content }) => path === 'realtime.py' && /\n[ \t]+(?:\w+ = )?yield\b/.test(content),
  );
  return { examples, streams, isPending };
}
