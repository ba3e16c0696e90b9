// Reports the progress of publishing a folder: uploading in percent, then that the server scans it.
import type { Progress } from '../../client/publish.ts';
import type { Output } from '../terminal/output.ts';
import { type Stage, transferReporter } from '../terminal/progress.ts';

export interface ProgressOutput {
  stage: Stage;
  output: Output;
}

export function progressReporter({ output, stage }: ProgressOutput, totalBytes: number): (progress: Progress) => void {
  const reportBytes = transferReporter(output, 'uploading', totalBytes);
  return (progress) => {
    if (progress.step === 'scanning') output.progress('scanning');
    if (progress.step === 'uploading') reportBytes(progress.sentBytes);
    if (progress.step === 'uploaded') stage('uploaded');
  };
}
