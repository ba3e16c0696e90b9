// Leads from a version that waits to where it is decided.
import type { StagedLinkProps } from '../../points.ts';
import { added } from '../../points.ts';

export function StagedLinks(props: StagedLinkProps) {
  return added('stagedLinks').map(({ Link, name }) => <Link key={name} {...props} />);
}
