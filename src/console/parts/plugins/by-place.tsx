// Renders items identified only by position: log lines, which are only appended, and lines of files and diffs, which never change.
import { Fragment, type ReactNode } from 'react';

export function ByPlace<T>({ items, children }: { items: readonly T[]; children: (item: T) => ReactNode }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: no item changes its place
  return items.map((item, index) => <Fragment key={index}>{children(item)}</Fragment>);
}
