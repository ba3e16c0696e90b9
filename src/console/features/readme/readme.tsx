// The README of a plugin's live version. Its text is the author's, so that nothing of it runs, loads from elsewhere, or hides.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { formatBytes } from '../../../core/bytes.ts';
import { formatPluginId } from '../../../core/plugin-id.ts';
import type { Schemas } from '../../data/api.ts';
import { versionsQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { useTitle } from '../../parts/page-head.tsx';
import { Empty, Loading, Ready } from '../../parts/page-states.tsx';
import { visible } from '../../parts/visible-text.ts';
import { markdownQuery, readmeQuery } from './data/readme-queries.ts';
import { shownVersion } from './data/shown-version.ts';
import { Markdown } from './markdown.tsx';
import { ReadmeOf } from './readme-of.ts';
import './readme.css';

type Readme = Schemas['PluginReadme'];

interface VersionProps {
  namespace: string;
  name: string;
  version: string;
}

export function ReadmePage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/plugins/$name/readme' });
  const { data: plugin } = useSuspenseQuery(versionsQuery(namespace, name));
  const version = shownVersion(plugin);
  useTitle(`${name}: README`);
  if (version === undefined) return <NoReadme name={name} />;
  return <ReadmeOfVersion namespace={namespace} name={name} version={version} />;
}

function ReadmeOfVersion({ namespace, name, version }: VersionProps) {
  const id = formatPluginId(name, version);
  const { data: readme } = useSuspenseQuery(readmeQuery(namespace, id));
  return (
    <>
      {readme ? (
        <ReadmeFile of={{ namespace, name, version }} readme={readme} />
      ) : (
        <NoReadme name={name} version={version} />
      )}
      <AsCommand
        cli={slipway(['show', `${name}@${version}`], { readme: true })}
        path={`/v1/namespaces/${namespace}/plugins/${id}/readme`}
      />
    </>
  );
}

function NoReadme({ name, version }: { name: string; version?: string }) {
  return (
    <Empty command="slipway init my_plugin">
      {version === undefined ? `No version of ${name} is published.` : `${name} ${version} has no README.`} A README
      tells others what a plugin is for, what it takes and returns, and how to call it. <code>slipway init</code> writes
      one for a new plugin.
    </Empty>
  );
}

function ReadmeFile({ of, readme }: { of: VersionProps; readme: Readme }) {
  const { namespace, name, version } = of;
  const pluginId = readme.plugin_id;
  const context = useMemo(
    () => ({ namespace, name, version, pluginId, path: readme.path }),
    [namespace, name, version, pluginId, readme.path],
  );
  return (
    <section className="file-view readme" aria-label={`README of ${version}`}>
      <h2>
        <Link to="/n/$namespace/plugins/$name/versions/$version/source" params={of} search={{ file: readme.path }}>
          {visible(readme.path)}
        </Link>{' '}
        of {version}
      </h2>
      <div className="readme-text">
        <ReadmeOf value={context}>
          <Ready fallback={<Loading what="the README" />}>
            {/\.(?:md|markdown)$/i.test(readme.path) ? <Rendered text={readme.text} /> : <AsText text={readme.text} />}
          </Ready>
        </ReadmeOf>
        {readme.truncated && (
          <p className="quiet" role="note">
            The file continues: it has {formatBytes(readme.size_bytes)}. Download the version to read the rest.
          </p>
        )}
      </div>
    </section>
  );
}

const reasons = {
  long: 'This README is too long to lay out',
  parts: 'This README has too many parts to lay out',
  deep: 'This README is nested too deeply to lay out',
};

function Rendered({ text }: { text: string }) {
  const { data: read } = useSuspenseQuery(markdownQuery(text));
  if ('nodes' in read) return <Markdown nodes={read.nodes} />;
  return (
    <>
      <p role="note">{reasons[read.tooMuch]}, so it is shown as it was written.</p>
      <AsText text={text} />
    </>
  );
}

/** Browsers need seconds to break longer texts into lines. */
const textCharsMax = 100_000;

function AsText({ text }: { text: string }) {
  return (
    <>
      <pre className="as-text">{visible(text.slice(0, textCharsMax))}</pre>
      {text.length > textCharsMax && <p role="note">The rest is in the file itself.</p>}
    </>
  );
}
