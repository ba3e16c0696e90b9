// Lists functions whose batch gives a version calls without asking mayTakeCalls, and why.

export const exceptions = {
  'src/features/approvals/decide-version.ts: decideVersion': "is the approval's own decision; mayTakeCalls reads it",
};
