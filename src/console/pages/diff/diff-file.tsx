// Shows one file's changes: side by side, or one below the other in a narrow window.
import type { Schemas } from '../../data/api.ts';
import { type DiffBlock, type DiffLine, diffBlocks } from '../../data/source/diff-blocks.ts';
import { ByPlace } from '../../parts/plugins/by-place.tsx';
import { visible } from '../../parts/visible-text.ts';

type DiffFile = Schemas['PluginDiff']['files'][number];

const hiddenBecause = {
  binary: 'A binary file.',
  'too-large': 'Too large to show. Download both versions to compare it.',
};

export function FileDiff({ file }: { file: DiffFile }) {
  return (
    <details className="file" open>
      <summary data-stop tabIndex={0}>
        {file.path} <span className="quiet">{file.status}</span>
        {file.additions !== null && ` +${file.additions}`}
        {file.deletions !== null && ` −${file.deletions}`}
      </summary>
      {file.hidden === null ? (
        <div className="code diff">
          <ByPlace items={diffBlocks(file.diff)}>{(block) => <Block block={block} />}</ByPlace>
        </div>
      ) : (
        <p>{hiddenBecause[file.hidden]}</p>
      )}
    </details>
  );
}

function Block({ block }: { block: DiffBlock }) {
  if (block.kind === 'hunk') return <div className="hunk">{block.text}</div>;
  if (block.kind === 'changed')
    return (
      <div className="sides">
        <Lines className="removed" lines={block.before} />
        <Lines className="added" lines={block.after} />
      </div>
    );
  return (
    <div className="sides">
      {/* Unchanged lines appear on both sides. Screen readers read them once, and stacked sides show them once. */}
      <Lines className="same" lines={block.before} isRepeated />
      <Lines className="same" lines={block.after} />
    </div>
  );
}

interface LinesProps {
  className: string;
  lines: DiffLine[];
  isRepeated?: true;
}

function Lines({ className, lines, isRepeated }: LinesProps) {
  return (
    <div className={isRepeated && 'repeated'} aria-hidden={isRepeated}>
      <ByPlace items={lines}>
        {({ text, number }) => (
          <div className={className} data-line={number}>
            {visible(text)}
          </div>
        )}
      </ByPlace>
    </div>
  );
}
