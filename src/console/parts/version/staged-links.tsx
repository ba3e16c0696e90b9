// Leads from a version that waits to where it is decided.
import { featureStagedLinks } from '../../feature-staged-links.gen.ts';
import type { StagedLink, StagedLinkProps } from '../../points/staged-link.ts';

const links: readonly StagedLink[] = featureStagedLinks;

export function StagedLinks(props: StagedLinkProps) {
  return links.map(({ Link, name }) => <Link key={name} {...props} />);
}
