import { METADATA_ENCODING_KEY, type Payload, type PayloadCodec, type SerializationContext } from '@temporalio/common';
import proto from '@temporalio/proto';
import { textOf, utf8 } from './bytes.ts';
import { envelopeKeyId, open, seal } from './envelope.ts';
import { isFailureReport, NEUTRAL_REPORT } from './failure-report.ts';
import { isUuid, type NamedKey, readCaseKeyId } from './key-id.ts';
import type { Place } from './place.ts';
import { SealError } from './seal-error.ts';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/**
 * Where the codec finds keys. Caching is the source's affair: it must know the key of a payload it has just opened without asking the database again,
 * and should wait out a short outage, because the SDK ends the worker when a result cannot be sealed.
 */
export interface KeySource {
  /** The key that payloads of this workflow are sealed with: the case's for `case/<uuid>...`, the desk's, without fail, for any other. */
  keyFor(workflowId: string): Promise<NamedKey>;
  /** A key by the id in an envelope, or null where it is unknown or was erased. */
  byId(id: string): Promise<NamedKey | null>;
}

/** The workflow a payload belongs to. */
interface Owner {
  readonly namespace: string;
  readonly workflowId: string;
}

/** A payload, under the key of its workflow; or the neutral report of a failure that could not be sealed so, under the key of the desk. */
type Kind = 'payload' | 'report';

/** What a sealed payload says of itself in the clear. It is a claim until the envelope opens with it. */
interface Label {
  readonly kind: Kind;
  readonly owner: Owner | null;
}

const ENCODING = 'binary/encrypted';
const KIND = 'sos-kind';
const NAMESPACE = 'sos-namespace';
const WORKFLOW = 'sos-workflow';
/** Any workflow id that is no case's: its key is the desk's. */
const OF_NO_CASE = 'desk';

/**
 * The case a workflow belongs to, or null for a workflow of the desk. An id that begins like a case's without being one is refused (`place`), so that a
 * misspelt id cannot quietly seal a case's payloads with the desk's key.
 */
export function caseOfWorkflow(workflowId: string): string | null {
  const [kind, caseId = ''] = workflowId.split('/');
  if (kind !== 'case') return null;
  if (!isUuid(caseId)) throw new SealError('place');
  return caseId;
}

function placeOf({ kind, owner }: Label): Place {
  const place = { table: 'temporal', column: kind, row: owner?.workflowId ?? 'unowned', version: 1 };
  return owner === null ? place : { ...place, owner: owner.namespace };
}

/** A payload of one case under the key of another, or of the desk, is refused whatever else fits. */
function keyBelongs(keyId: string, { kind, owner }: Label): boolean {
  const caseId = kind === 'report' || owner === null ? null : caseOfWorkflow(owner.workflowId);
  return caseId === null ? keyId.startsWith('desk:') : readCaseKeyId(keyId)?.caseId === caseId;
}

function ownerIn(context: SerializationContext | undefined): Owner | null {
  return context?.workflowId && context.namespace ? { namespace: context.namespace, workflowId: context.workflowId } : null;
}

function labelOf(payload: Payload): Label {
  const read = (key: string): string | null => {
    const value = payload.metadata?.[key];
    return value ? textOf(value) : null;
  };
  if (read(METADATA_ENCODING_KEY) !== ENCODING) throw new SealError('plaintext');
  const kind = read(KIND);
  const namespace = read(NAMESPACE);
  const workflowId = read(WORKFLOW);
  if (kind !== 'payload' && kind !== 'report') throw new SealError('malformed');
  if (namespace && workflowId) return { kind, owner: { namespace, workflowId } };
  if (kind === 'report' && namespace === null && workflowId === null) return { kind, owner: null };
  throw new SealError('malformed');
}

function sealPayload(key: NamedKey, label: Label, payload: Payload): Payload {
  if (!keyBelongs(key.id, label)) throw new SealError('key-invalid');
  const owner = label.owner && { [NAMESPACE]: utf8(label.owner.namespace), [WORKFLOW]: utf8(label.owner.workflowId) };
  return {
    metadata: { [METADATA_ENCODING_KEY]: utf8(ENCODING), [KIND]: utf8(label.kind), ...owner },
    data: seal(key, placeOf(label), PayloadMessage.encode(payload).finish()),
  };
}

async function openPayload(keys: KeySource, label: Label, payload: Payload): Promise<Payload> {
  const envelope = payload.data ?? new Uint8Array();
  const keyId = envelopeKeyId(envelope);
  if (!keyBelongs(keyId, label)) throw new SealError('refused');
  const key = await keys.byId(keyId);
  if (key === null) throw new SealError('key-unknown');
  const opened = open(key, placeOf(label), envelope);
  try {
    return PayloadMessage.decode(opened);
  } catch {
    throw new SealError('malformed');
  }
}

async function sealAll(keys: KeySource, owner: Owner | null, payloads: readonly Payload[]): Promise<Payload[]> {
  if (owner === null) throw new SealError('context');
  const key = await keys.keyFor(owner.workflowId);
  return payloads.map((payload) => sealPayload(key, { kind: 'payload', owner }, payload));
}

/**
 * Seals every payload, the empty ones too, to the workflow that owns it, as the SDK's serialization context names it. Fails closed: without a context
 * (`context`), on a payload in the clear (`plaintext`), under an unknown key (`key-unknown`), and on one taken from another workflow (`refused`).
 * Only the report of a failure is never refused, but emptied: see failure-report.ts. Ids, type names, search attributes and headers do not pass here.
 */
export function payloadCodec(keys: KeySource): PayloadCodec {
  return {
    async encode(payloads, context) {
      if (payloads.length === 0) return [];
      const owner = ownerIn(context);
      try {
        return await sealAll(keys, owner, payloads);
      } catch (error) {
        if (!payloads.every(isFailureReport)) throw error;
        const desk = await keys.keyFor(OF_NO_CASE);
        return payloads.map(() => sealPayload(desk, { kind: 'report', owner }, NEUTRAL_REPORT));
      }
    },
    async decode(payloads, context) {
      if (payloads.length === 0) return [];
      const owner = ownerIn(context);
      if (owner === null) throw new SealError('context');
      return Promise.all(
        payloads.map(async (payload) => {
          const label = labelOf(payload);
          const here = label.owner?.namespace === owner.namespace && label.owner.workflowId === owner.workflowId;
          if (!here) throw new SealError('refused');
          return openPayload(keys, label, payload);
        }),
      );
    },
  };
}

/**
 * The codec of a codec server, which is told the namespace of a payload but not its workflow. It opens what carries its owner's name, authentically, and
 * cannot know where the payload was found: it is for reading by authorised people, never for a client or worker. It seals nothing (`decode-only`).
 */
export function codecServerCodec(keys: KeySource, namespace: string): PayloadCodec {
  return {
    async encode() {
      throw new SealError('decode-only');
    },
    async decode(payloads) {
      return Promise.all(
        payloads.map(async (payload) => {
          const label = labelOf(payload);
          if (label.owner !== null && label.owner.namespace !== namespace) throw new SealError('refused');
          return openPayload(keys, label, payload);
        }),
      );
    },
  };
}
