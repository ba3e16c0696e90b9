// Shows the content of a page as soon as its data is there, and that it is loading until then.
import { useIsFetching } from '@tanstack/react-query';
import { type ReactNode, Suspense } from 'react';

interface Props {
  fallback: ReactNode;
  children: ReactNode;
}

/**
 * React keeps a fallback for 300 ms, however early the data arrives, unless something else than the data renders the boundary again: here
 * each answer of the API does.
 */
export function Ready({ fallback, children }: Props) {
  useIsFetching();
  return <Suspense fallback={fallback}>{children}</Suspense>;
}
