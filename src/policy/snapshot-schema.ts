import * as z from 'zod'
import { ReasonCode } from '../schema/decision.ts'
import { Task } from '../schema/vocabulary.ts'
import type { CedarExpression } from './cedar-engine.ts'

/** The form of a snapshot file. Cedar checks the policies themselves. */

const text = z.string()
const texts = z.array(text)
const instant = z.iso.datetime({ precision: 3 })
const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const expression = z.custom<CedarExpression>((value) => typeof value === 'object' && value !== null)

const cedarPolicy = z.strictObject({
  effect: z.enum(['permit', 'forbid']),
  principal: expression,
  action: expression,
  resource: expression,
  conditions: z.array(z.strictObject({ kind: z.enum(['when', 'unless']), body: expression })),
  annotations: z.record(z.string(), text).optional(),
})

const reason = z.strictObject({
  code: ReasonCode,
  directive: text.nullable(),
  clause: text.nullable(),
  source: text.nullable(),
  review: z.enum(['unverified', 'verified']).nullable(),
  text,
  needed: texts,
})

const unit = z.strictObject({
  id: text,
  kind: z.enum(['directive', 'invalid-directive', 'workflow', 'no-workflow', 'own']),
  title: text,
  digest: sha256,
  rules: z.array(z.strictObject({ id: text, policy: cedarPolicy, reason })),
  markers: z.array(
    z.strictObject({
      id: text,
      policy: cedarPolicy,
      reason,
      said: z.enum(['lead', 'detail', 'spare']),
    }),
  ),
})

const world = z.strictObject({
  organisation: text,
  definition: text,
  models: z.array(
    z.strictObject({
      id: text,
      vendor: text,
      family: text.nullable(),
      weights: z.enum(['open', 'closed', 'held']).nullable(),
      trainingOperations: z.number().nullable(),
      vendorJurisdictions: texts,
    }),
  ),
  routes: z.array(
    z.strictObject({
      id: text,
      provider: text,
      region: text.nullable(),
      jurisdictions: texts,
      retentionDays: z.number().nullable(),
      trainsOnInput: z.boolean().nullable(),
      models: texts,
    }),
  ),
  workflows: z.array(
    z.strictObject({
      id: text,
      task: Task,
      audience: texts.nullable(),
      models: texts,
      allowedJurisdictions: texts.nullable(),
      maxRetentionDays: z.number().nullable(),
      training: z.enum(['never', 'allowed']).nullable(),
    }),
  ),
  authorisations: z.array(
    z.strictObject({
      id: text,
      directive: text,
      models: texts,
      entities: texts.nullable(),
      validUntil: text.nullable(),
    }),
  ),
})

const content = z.strictObject({
  schemaVersion: z.literal(1),
  version: z.int().nonnegative(),
  at: instant,
  expiresAt: instant,
  changesAt: instant.nullable(),
  onExpiry: z.enum(['deny-restricted', 'deny-all']),
  world,
  directives: z.array(
    z.strictObject({
      id: text,
      digest: sha256,
      title: text,
      source: text.nullable(),
      asOf: text.nullable(),
      review: z.enum(['unverified', 'verified']),
      isInForce: z.boolean(),
      isValid: z.boolean(),
    }),
  ),
  restricted: texts,
  units: z.array(unit),
})

export const SnapshotFile = z.strictObject({
  content,
  digest: sha256,
  signature: z.strictObject({ algorithm: z.literal('ed25519'), key: sha256, value: z.base64() }),
})
export type SnapshotFile = z.infer<typeof SnapshotFile>
