// Leads from a version that waits for approval to the page where it is approved or rejected.
import { ApprovalLink } from './approval-link.tsx';

export const stagedLinks = [{ name: 'approvals', Link: ApprovalLink }] as const;
