import { dirname } from 'node:path'
import * as z from 'zod'
import { AttestationBasis } from '../../../schema/attestation.ts'
import { EligibilityClass } from '../../../schema/holdfast-config.ts'
import type { IssuedKey } from '../../../store/index.ts'
import { enterPrincipal } from '../../principal-add.ts'
import { vouchFor } from '../../principal-attest.ts'
import { endPrincipal } from '../../principal-revoke.ts'
import { replaceKey } from '../../principal-rotate.ts'
import type { PrincipalWorkspace } from '../../principal-workspace.ts'
import type { AdminContext } from '../admin-context.ts'
import { noQuery, operatingRoles, personRoles, resource } from '../resource.ts'
import { byOf, WhoAsks } from '../who-asks.ts'

const name = z.string().min(1).max(200)
const names = z.array(name).max(100)
const end = z.string().min(1).max(100)
const principalId = { id: 'Name of a caller that the store keeps' }

const NewPrincipal = WhoAsks.extend({
  id: name.describe('Name of the caller; in the ledger only its HMAC'),
  kind: z.enum(['person', 'service']).optional().describe('What it is; absent: a person'),
  groups: names.optional().describe('Groups of holdfast.yaml'),
  workflows: names.optional().describe('Workflows it may call for; absent: those of its groups'),
  entity: name.optional().describe('Legal entity it belongs to; absent: the organisation'),
  employment: name.optional().describe('Form of employment'),
  authorisations: names.optional().describe('Authorisations of holdfast.yaml that name it'),
  key: z.boolean().optional().describe('`false`: it gets no key'),
  keyWorkflows: names.optional().describe('Only use of the key; absent: all of the caller'),
  expires: end.optional().describe('End of the key: an instant, a duration, or `never` (default)'),
  again: z
    .boolean()
    .optional()
    .describe('Gives one that is there another key, or brings back one that was revoked'),
})

const Vouching = WhoAsks.extend({
  class: EligibilityClass.describe('Eligibility class under one definition'),
  basis: AttestationBasis.describe('On what it rests'),
  attester: name.describe('Who vouches for it'),
  date: z.string().max(20).optional().describe('Day on which it was given; absent: today'),
  expires: end.optional().describe('An instant, a duration, or `never`; absent: 365d'),
  definition: name.optional().describe('Definition of persons; absent: `eligibility.definition`'),
})

const WhatEnds = WhoAsks.extend({
  key: name.optional().describe('Visible part of the key that ends; absent: the whole caller'),
})

const WhatRotates = WhoAsks.extend({
  key: name.optional().describe('Visible part of the key to replace, where there are several'),
  overlap: end.optional().describe('How long the old key still counts; absent: 24h'),
  expires: end.optional().describe('End of the new key; absent: `never`'),
})

const notices = z.array(z.string()).describe('What whoever asks should know')

const IssuedKeyAnswer = z
  .object({
    text: z.string().describe('The key itself: nobody sees it again'),
    prefix: z.string().describe('The visible part, by which it is spoken of'),
    expiresAt: z.string().nullable().describe('First instant at which it counts no more'),
    workflows: z.array(z.string()).nullable().describe('Only use of it; null: all of the caller'),
  })
  .nullable()
  .describe('null: none was wanted')

const EnteredPrincipal = z.object({
  principal: z.string().describe('The caller'),
  key: IssuedKeyAnswer,
  notices,
})

const Vouched = z.object({
  principal: z.string().describe('The caller'),
  definition: z.string().describe('Definition of persons'),
  class: EligibilityClass.describe('Its class'),
  basis: AttestationBasis.describe('On what it rests'),
  attester: z.string().describe('Who vouches for it'),
  date: z.string().describe('Day on which it was given'),
  expiresAt: z.string().nullable().describe('First instant at which it counts no more'),
  notices,
})

const Ended = z.object({
  principal: z.string().describe('The caller'),
  ended: z.array(z.string()).describe('What counts no more, in words'),
  notices,
})

const Rotated = z.object({
  principal: z.string().describe('The caller'),
  key: IssuedKeyAnswer,
  replaces: z.string().describe('Visible part of the old key'),
  oldEndsAt: z.string().describe('First instant at which the old key counts no more'),
  notices,
})

/** The same as `holdfast principal add | attest | revoke | rotate`, on the store of the running gateway. */
export const principalChangeResources = [
  resource({
    method: 'POST',
    path: '/api/v1/principals',
    id: 'addPrincipal',
    summary: 'Enters a caller in the store and gives back its key, this once',
    roles: operatingRoles,
    query: noQuery,
    body: NewPrincipal,
    answer: EnteredPrincipal,
    handle: async (context, { caller, body }) =>
      await changed(context, async (workspace) => {
        const wanted = {
          kind: body.kind,
          entity: body.entity,
          employment: body.employment,
          group: body.groups ?? [],
          workflow: body.workflows ?? [],
          authorisation: body.authorisations ?? [],
          keyWorkflow: body.keyWorkflows ?? [],
          expires: body.expires ?? 'never',
          key: body.key ?? true,
          again: body.again ?? false,
        }
        const entered = await enterPrincipal(body.id, byOf(caller, body), wanted, workspace)
        return { principal: body.id, key: shownOnce(entered.issued) }
      }),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/principals/{id}/attest',
    id: 'attestPrincipal',
    summary: 'Records who vouches for the class of a caller, and until when',
    roles: personRoles,
    parameters: principalId,
    query: noQuery,
    body: Vouching,
    answer: Vouched,
    handle: async (context, { caller, parameters, body }) =>
      await changed(context, async (workspace, tell) => {
        const vouching = { ...body, expires: body.expires ?? '365d' }
        const id = parameters['id'] ?? ''
        const vouched = await vouchFor(id, byOf(caller, body), vouching, workspace)
        for (const notice of vouched.notices) tell(notice)
        return vouched.kept
      }),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/principals/{id}/withdraw-attestation',
    id: 'withdrawAttestation',
    summary: 'Ends what is attested of a caller',
    roles: personRoles,
    parameters: principalId,
    query: noQuery,
    body: WhoAsks,
    answer: Ended,
    handle: async (context, { caller, parameters, body }) =>
      await ended(context, parameters['id'] ?? '', byOf(caller, body), { attestation: true }),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/principals/{id}/revoke',
    id: 'revokePrincipal',
    summary: 'Ends a caller or one of its keys, everywhere within a second',
    roles: operatingRoles,
    parameters: principalId,
    query: noQuery,
    body: WhatEnds,
    answer: Ended,
    handle: async (context, { caller, parameters, body }) =>
      await ended(context, parameters['id'] ?? '', byOf(caller, body), {
        key: body.key,
        attestation: false,
      }),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/principals/{id}/rotate',
    id: 'rotateKey',
    summary: 'Gives back a new key, this once; the old one goes on for a while',
    roles: operatingRoles,
    parameters: principalId,
    query: noQuery,
    body: WhatRotates,
    answer: Rotated,
    handle: async (context, { caller, parameters, body }) =>
      await changed(context, async (workspace) => {
        const id = parameters['id'] ?? ''
        const rotation = {
          key: body.key,
          overlap: body.overlap ?? '24h',
          expires: body.expires ?? 'never',
        }
        const done = await replaceKey(id, byOf(caller, body), rotation, workspace)
        return {
          principal: id,
          key: shownOnce(done.issued),
          replaces: done.replaces,
          oldEndsAt: done.until,
        }
      }),
  }),
]

async function ended(
  context: AdminContext,
  id: string,
  by: string,
  what: Parameters<typeof endPrincipal>[2],
) {
  return await changed(context, async (workspace) => ({
    principal: id,
    ended: [...(await endPrincipal(id, by, what, workspace))],
  }))
}

/** Runs a change on the store of the gateway; what its record has to say goes into the answer. */
async function changed<T extends object>(
  context: AdminContext,
  work: (workspace: PrincipalWorkspace, tell: (text: string) => void) => Promise<T>,
): Promise<T & { readonly notices: string[] }> {
  const { configPath } = context
  const { config } = context.loaded().workspace
  return await context.deciding(async (keeper) => {
    const now = new Date().toISOString()
    const told: string[] = []
    const workspace = { config, configPath, folder: dirname(configPath), keeper, now }
    const done = await work(workspace, (text) => told.push(text))
    return { ...done, notices: [...told, ...keeper.warnings()] }
  })
}

function shownOnce(issued: IssuedKey | null) {
  if (issued === null) return null
  const { prefix, expiresAt, workflows } = issued.key
  return { text: issued.text, prefix, expiresAt, workflows }
}
