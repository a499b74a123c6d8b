export { caseWorkflow } from './case.ts';
export { consultationWorkflow } from './consultation.ts';
export { erasureWorkflow } from './erasure.ts';
export { letterWorkflow } from './letter.ts';
export { postroomWorkflow } from './postroom.ts';
export { referralWorkflow } from './referral.ts';
export { reviewWorkflow } from './review.ts';
export { sweepWorkflow } from './sweep.ts';
