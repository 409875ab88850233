import { dirname } from 'node:path'
import * as z from 'zod'
import { AttestationBasis } from '../../../schema/attestation.ts'
import { AttestationRecord } from '../../../schema/attestation-record.ts'
import { EligibilityClass } from '../../../schema/holdfast-config.ts'
import { PrincipalKey } from '../../../schema/principal-key.ts'
import { PrincipalRecord } from '../../../schema/principal-record.ts'
import { enterPrincipal } from '../../principal-add.ts'
import { enterAttestation } from '../../principal-attest.ts'
import { shownKey } from '../../principal-key.ts'
import { revoke } from '../../principal-revoke.ts'
import { rotateKey } from '../../principal-rotate.ts'
import type { PrincipalWorkspace } from '../../principal-workspace.ts'
import type { AdminCaller } from '../admin-tokens.ts'
import type { AdminContext } from '../admin-context.ts'
import { keepingRoles, operatingRoles, resource, vouchingRoles } from '../resource.ts'
import { byOf, WhoAsks } from '../who-asks.ts'

/** What the commands of `holdfast principal` do to callers of the store, by the same functions. */

const actorCharactersMax = 200
const noQuery = z.strictObject({})
const callerId = { id: 'Name of a caller that the store keeps' }
const name = z.string().min(1).max(200)
const names = (what: string) => z.array(name).max(100).default([]).describe(what)
const end = (what: string) => name.default('never').describe(what)

const IssuedKey = PrincipalKey.omit({ secretDigest: true, principal: true }).extend({
  text: z.string().describe('The key itself, told this once'),
})

const AddPrincipal = WhoAsks.extend({
  id: name.describe('Its name'),
  kind: z.enum(['person', 'service']).optional().describe('A person unless said'),
  entity: name.optional().describe('Legal entity it belongs to'),
  employment: name.optional().describe('For instance `employee` or `contractor`'),
  groups: names('Groups of holdfast.yaml it belongs to'),
  workflows: names('Workflows it may call for; none: those open to its groups'),
  authorisations: names('Authorisations of holdfast.yaml it holds'),
  keyWorkflows: names('Workflows that its key is for; none: all of its own'),
  expires: end('When the key ends: an instant, a duration such as `90d`, or `never`'),
  withKey: z.boolean().default(true).describe('Whether it gets a key'),
  again: z
    .boolean()
    .default(false)
    .describe('Whether one that is there may be changed, brought back, and given a further key'),
})

const AttestPrincipal = WhoAsks.extend({
  class: EligibilityClass.describe('Class that is vouched for'),
  basis: AttestationBasis.describe('What it rests on'),
  attester: name.describe('Name or role of whoever vouches'),
  date: name.optional().describe('Day on which it was given; today unless said'),
  expires: name.default('365d').describe('When it ends: an instant, a duration, or `never`'),
  definition: name.optional().describe('Definition of persons, unless that of holdfast.yaml'),
})

const RevokePrincipal = WhoAsks.extend({
  key: name.optional().describe('Prefix of the one key that ends'),
  attestation: z.boolean().default(false).describe('Whether only its attestation ends'),
})

const RotateKey = WhoAsks.extend({
  key: name.optional().describe('Prefix of the key that is replaced, where it has several'),
  overlap: name.default('24h').describe('How long the old key goes on'),
  expires: end('When the new key ends: an instant, a duration, or `never`'),
})

export const principalChangeResources = [
  resource({
    method: 'POST',
    path: '/api/v1/principals',
    id: 'addPrincipal',
    summary: 'Enters a caller, and tells its key this once',
    roles: keepingRoles,
    query: noQuery,
    body: AddPrincipal,
    answer: z.object({
      principal: PrincipalRecord.describe('The caller as it is kept'),
      key: IssuedKey.nullable().describe('Its key; null: it got none'),
    }),
    handle: async (context, { caller, body }) => {
      const { id, kind, entity, employment, authorisations, expires, again, withKey } = body
      const parts = {
        kind,
        entity,
        employment,
        group: body.groups,
        workflow: body.workflows,
        authorisation: authorisations,
        keyWorkflow: body.keyWorkflows,
        expires,
        key: withKey,
        again,
      }
      const { record, issued } = await changing(context, (workspace) =>
        enterPrincipal({ id, by: actor(caller, body), parts }, workspace),
      )
      return { principal: record, key: issued === null ? null : told(issued) }
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/principals/{id}/attest',
    id: 'attestPrincipal',
    summary: 'Says which class a caller has, who vouches for it, and until when',
    roles: vouchingRoles,
    parameters: callerId,
    query: noQuery,
    body: AttestPrincipal,
    answer: z.object({ attestation: AttestationRecord.describe('What is vouched for') }),
    handle: async (context, { caller, parameters, body }) => {
      const asked = { id: parameters['id'] ?? '', by: actor(caller, body), parts: body }
      const { kept } = await changing(context, (workspace) => enterAttestation(asked, workspace))
      return { attestation: kept }
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/principals/{id}/rotate',
    id: 'rotateKey',
    summary: 'Issues a new key, tells it this once, and lets the old one go on for a while',
    roles: keepingRoles,
    parameters: callerId,
    query: noQuery,
    body: RotateKey,
    answer: z.object({
      key: IssuedKey.describe('The new key'),
      replaces: z.string().nullable().describe('Prefix of the old one'),
      oldEndsAt: z
        .string()
        .nullable()
        .describe('First instant at which the old one counts no more'),
    }),
    handle: async (context, { caller, parameters, body }) => {
      const asked = { id: parameters['id'] ?? '', by: actor(caller, body), parts: body }
      const { old, issued } = await changing(context, (workspace) => rotateKey(asked, workspace))
      return {
        key: told(issued),
        replaces: old?.prefix ?? null,
        oldEndsAt: old?.revokedAt ?? null,
      }
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/principals/{id}/revoke',
    id: 'revokePrincipal',
    summary: 'Ends a caller, one of its keys or its attestation, at once',
    roles: operatingRoles,
    parameters: callerId,
    query: noQuery,
    body: RevokePrincipal,
    answer: z.object({ revoked: z.array(z.string()).describe('What counts no more, in words') }),
    handle: async (context, { caller, parameters, body }) => {
      const asked = { id: parameters['id'] ?? '', by: actor(caller, body), parts: body }
      return { revoked: [...(await changing(context, (workspace) => revoke(asked, workspace)))] }
    },
  }),
]

/** In force before the answer: whoever was told that a key ended may rely on it. */
async function changing<T>(
  context: AdminContext,
  work: (workspace: PrincipalWorkspace) => Promise<T>,
): Promise<T> {
  const { configPath } = context
  const { config } = context.loaded().workspace
  const now = new Date().toISOString()
  const done = await context.deciding((keeper) =>
    work({ config, configPath, folder: dirname(configPath), keeper, now }),
  )
  await context.reload().catch(() => undefined)
  return done
}

/** A name in the store has a limit of its own. */
function actor(caller: AdminCaller, body: z.infer<typeof WhoAsks>): string {
  return byOf(caller, body).slice(0, actorCharactersMax)
}

function told({ text, key }: { readonly text: string; readonly key: PrincipalKey }) {
  return { ...(shownKey(key) as Omit<PrincipalKey, 'secretDigest' | 'principal'>), text }
}
