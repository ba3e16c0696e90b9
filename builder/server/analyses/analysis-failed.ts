// Defines the error that ends an analysis without a result. Its message is the reason that the plugin's author reads.
export class AnalysisFailed extends Error {
  override readonly name = 'AnalysisFailed';
}
