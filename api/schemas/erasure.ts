import { z } from 'zod';
import { ERASURE_BASES, ERASURE_STATES } from '../../domain/erasure.ts';
import { id, instant, text } from '../http/schemas.ts';
import { NOTE } from './intake.ts';

const count = z.int().min(0);

export const erasureOrderSchema = z
  .strictObject({
    basis: z.enum(ERASURE_BASES),
    reason: text(NOTE).meta({ description: 'For whoever decides; it goes with the case' }),
  })
  .meta({ id: 'ErasureOrder' });

const certificateSchema = z
  .strictObject({
    ...{ format: z.literal('sos-erasure/1'), erasureId: id, caseId: id, basis: z.enum(ERASURE_BASES), askedBy: id, secondBy: id },
    ...{ acceptedAt: instant, endedAt: instant },
    destroyed: z.strictObject({ keys: count, executions: count, rows: z.record(z.string(), count) }),
    left: z.strictObject({ keys: z.literal(0), rows: z.literal(0), executions: z.literal(0) }),
    audit: z
      .strictObject({ seq: count, hash: z.string() })
      .meta({ description: 'The last entry of the audit when this was written; the entry of the end commits to the signature' }),
    signature: z
      .strictObject({ keyId: z.string(), publicKey: z.string(), value: z.string() })
      .meta({ description: 'Ed25519 by the network over the canonical JSON of everything else; base64url' }),
  })
  .meta({ id: 'ErasureCertificate', description: 'What was destroyed, by count. It says nothing of what it was.' });

export const erasureSchema = z
  .strictObject({
    ...{ erasureId: id, caseId: id, state: z.enum(ERASURE_STATES), basis: z.enum(ERASURE_BASES), askedBy: id, secondBy: id },
    ...{ acceptedAt: instant, endedAt: instant.nullable() },
    certificate: certificateSchema.nullable(),
    genuine: z.boolean().nullable().meta({ description: 'Does the certificate bear the signature of this desk; null while there is none' }),
  })
  .meta({ id: 'Erasure' });

export const holdFields = { holdId: id, placedBy: id, placedAt: instant, liftedBy: id.nullable(), liftedAt: instant.nullable() };
export const holdSchema = z.strictObject(holdFields).meta({ id: 'LegalHold' });
