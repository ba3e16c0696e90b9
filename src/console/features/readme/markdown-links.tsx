// Links and pictures in a README.
import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { visible } from '../../parts/visible-text.ts';
import { linkTarget, picturePath } from './data/readme-links.ts';
import { useReadmeOf } from './readme-of.ts';

/** A link to a file of the version, to a heading, or out. A link to anything else is its text. */
export function MarkdownLink({ href, children }: { href: string; children: ReactNode }) {
  const { namespace, name, kind, version, path } = useReadmeOf();
  const target = linkTarget(href, path);
  // The console shows no files of Go plugins.
  if (target.kind === 'none' || (target.kind === 'file' && kind !== 'extractor')) return children;
  if (target.kind === 'heading') return <a href={`#${encodeURIComponent(target.id)}`}>{children}</a>;
  if (target.kind === 'out') return <OutLink href={target.href}>{children}</OutLink>;
  return (
    <Link
      to="/n/$namespace/plugins/$name/versions/$version/source"
      params={{ namespace, name, version }}
      search={{ file: target.path }}
      {...(target.line === undefined ? {} : { hash: target.line })}
      preload={false}
    >
      {children}
    </Link>
  );
}

function OutLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
      <ExternalLink className="icon" aria-hidden="true" />
      <span className="unseen"> (opens in a new tab)</span>
    </a>
  );
}

interface PictureProps {
  src: string;
  alt: string;
  isLinked: boolean;
}

/** A picture of the archive. Others are never loaded, since that would tell their server who reads the README. */
export function Picture({ src, alt, isLinked }: PictureProps) {
  const { namespace, kind, pluginId, path } = useReadmeOf();
  const picture = picturePath(src, path);
  const text = visible(alt === '' ? 'picture' : alt);
  if (picture === undefined) return isLinked ? text : <MarkdownLink href={src}>{text}</MarkdownLink>;
  const route = `/v1/namespaces/${encodeURIComponent(namespace)}/plugins/${encodeURIComponent(pluginId)}/readme/image`;
  const query = new URLSearchParams({ path: picture, kind });
  return <img src={`${route}?${query}`} alt={visible(alt)} loading="lazy" decoding="async" />;
}
