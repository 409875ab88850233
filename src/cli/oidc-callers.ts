import type { JWTPayload } from 'jose'
import { visibleText } from '../base/visible-text.ts'
import type { TokenCaller } from '../gateway/index.ts'
import {
  type ConfigOidcIssuer,
  EligibilityClass,
  type HoldfastConfig,
} from '../schema/holdfast-config.ts'
import { claimOf, isName, listIn, subjectLengthMax, textIn } from './oidc-claims.ts'
import { definitionOf, eligibilityWarning, workflowsOf } from './principal-standing.ts'
import type { ServedEvidence } from './serve-evidence.ts'

export interface ClaimSources {
  readonly config: HoldfastConfig
  readonly evidence: Pick<ServedEvidence, 'pseudonymOf' | 'sealedClass'> | null
  readonly warn: (message: string) => void
}

/**
 * The caller that verified claims speak of; null: they name nobody. What holdfast.yaml does not know of groups,
 * workflows and authorisations is passed over, for an issuer serves others as well.
 */
export function callerOfClaims(
  { config, evidence, warn }: ClaimSources,
  issuer: ConfigOidcIssuer,
  claims: JWTPayload,
): TokenCaller | null {
  const names = issuer.claims
  const subject = claimOf(claims, names.subject)
  if (!isName(subject, subjectLengthMax)) return null
  const id = `${issuer.issuer}#${subject}`
  const groups = groupsIn(claims, issuer, config)
  const stated = classIn(claims, issuer, warn)
  return {
    id,
    pseudonym: evidence?.pseudonymOf(id) ?? null,
    principal: {
      kind: issuer.kind,
      id,
      definition: definitionOf(config),
      class: stated,
      entity: names.entity === undefined ? config.organisation.name : textIn(claims, names.entity),
      employment: textIn(claims, names.employment),
      groups,
      authorisations: listIn(claims, names.authorisations).filter((one) =>
        config.authorisations.some((known) => known.id === one),
      ),
    },
    sealedClass: evidence?.sealedClass(id, stated) ?? null,
    workflows: workflowsIn(claims, issuer, config, groups),
    areGroupsTold: names.groups !== undefined,
  }
}

/** What an operator must know of `oidc` before the first token comes. */
export function issuerNotices(
  config: HoldfastConfig,
  issuers: readonly ConfigOidcIssuer[],
): readonly string[] {
  const known = knownGroups(config)
  const doubt = eligibilityWarning(config)
  const isClassRead = issuers.some(({ claims }) => claims.class !== undefined)
  return [
    ...(isClassRead && doubt !== null ? [doubt] : []),
    ...issuers.flatMap(({ issuer, groups = {} }) =>
      Object.values(groups)
        .filter((id) => !known.has(id))
        .map((id) => `oidc: ${visibleText(issuer)}: there is no group \`${id}\``),
    ),
  ]
}

function classIn(
  claims: JWTPayload,
  { issuer, claims: names }: ConfigOidcIssuer,
  warn: (message: string) => void,
): EligibilityClass {
  const value = names.class === undefined ? undefined : claimOf(claims, names.class)
  if (value === undefined) return 'undetermined'
  const stated = EligibilityClass.safeParse(value)
  if (stated.success) return stated.data
  // Never the value: it may say what nobody may keep.
  warn(
    `tokens of issuer ${visibleText(issuer)} have values in \`${names.class}\` that are no eligibility class: these callers are undetermined`,
  )
  return 'undetermined'
}

function groupsIn(
  claims: JWTPayload,
  issuer: ConfigOidcIssuer,
  config: HoldfastConfig,
): readonly string[] {
  const known = knownGroups(config)
  const renamed = new Map(Object.entries(issuer.groups ?? {}))
  const groups = listIn(claims, issuer.claims.groups).map((one) => renamed.get(one) ?? one)
  return [...new Set(groups.filter((one) => known.has(one)))]
}

function knownGroups({ groups, workflows }: HoldfastConfig): ReadonlySet<string> {
  return new Set([...Object.keys(groups), ...workflows.flatMap(({ audience = [] }) => audience)])
}

function workflowsIn(
  claims: JWTPayload,
  { claims: names }: ConfigOidcIssuer,
  config: HoldfastConfig,
  groups: readonly string[],
): readonly string[] {
  const isStated = names.workflows !== undefined && claimOf(claims, names.workflows) !== undefined
  if (!isStated) return workflowsOf(config, undefined, groups)
  const stated = listIn(claims, names.workflows)
  return config.workflows.flatMap(({ id }) => (stated.includes(id) ? [id] : []))
}
