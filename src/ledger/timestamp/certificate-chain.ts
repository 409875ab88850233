import type { X509Certificate } from 'node:crypto'
import type { Certificate } from 'pkijs'
import { visibleText } from '../../base/visible-text.ts'
import type { PkiLibrary } from './pki-library.ts'
import { hashOf, oid, signatureAlgorithms } from './object-identifiers.ts'
import { timeStampLimits } from './time-stamp-limits.ts'

/**
 * From the authority's certificate to one that is trusted (RFC 5280 section 6, as far as it matters here). Revocation
 * is not looked at: a token proves a time in the past, and what it needs for that is not in it.
 */

export type FoundChain =
  | { readonly kind: 'trusted'; readonly anchor: X509Certificate }
  | { readonly kind: 'untrusted'; readonly reason: string }

export interface ChainQuestion {
  readonly leaf: X509Certificate
  /** What the token brought along. */
  readonly others: readonly X509Certificate[]
  readonly trusted: readonly X509Certificate[]
  /** At which every certificate must be valid. */
  readonly at: number
  readonly pki: PkiLibrary
}

interface Step {
  readonly certificate: X509Certificate
  /** Authorities between it and the leaf. */
  readonly below: number
}

/** Looks at each certificate once, the nearest first: certificates that sign each other in a ring end the search, not the program. */
export function findChain(question: ChainQuestion): FoundChain {
  const { leaf, others, trusted } = question
  const isTrusted = (one: X509Certificate) => trusted.some((known) => known.raw.equals(one.raw))
  const leafProblem = certificateProblem(leaf, question, isTrusted(leaf))
  if (leafProblem !== null) return { kind: 'untrusted', reason: leafProblem }
  if (isTrusted(leaf)) return { kind: 'trusted', anchor: leaf }
  const seen = new Set([leaf.fingerprint256])
  const steps: Step[] = [{ certificate: leaf, below: 0 }]
  let reason: string | null = null
  for (const { certificate, below } of steps) {
    if (below + 2 > timeStampLimits.chainCertificatesMax) break
    for (const issuer of [...trusted, ...others]) {
      if (seen.has(issuer.fingerprint256) || !hasIssued(issuer, certificate)) continue
      seen.add(issuer.fingerprint256)
      const problem = issuerProblem(issuer, below, isTrusted(issuer), question)
      if (problem !== null) reason ??= problem
      else if (isTrusted(issuer)) return { kind: 'trusted', anchor: issuer }
      else steps.push({ certificate: issuer, below: below + 1 })
    }
  }
  const last = steps.at(-1)?.certificate ?? leaf
  return {
    kind: 'untrusted',
    reason: reason ?? `no certificate that you trust issued \`${nameOf(last)}\``,
  }
}

function hasIssued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  } catch {
    // Of a kind of key that is not known here.
    return false
  }
}

function issuerProblem(
  issuer: X509Certificate,
  below: number,
  isTrusted: boolean,
  question: ChainQuestion,
): string | null {
  const name = nameOf(issuer)
  if (!issuer.ca) return `\`${name}\` may not issue certificates`
  const parsed = parsedOf(issuer, question.pki)
  const pathLength = pathLengthOf(parsed, question.pki)
  if (pathLength !== null && below > pathLength)
    return `\`${name}\` may have ${pathLength} authorities below it, and ${below} are there`
  const uses: readonly string[] | undefined = issuer.keyUsage
  const isForTime = [oid.timeStamping, oid.anyExtendedKeyUsage].some((one) => uses?.includes(one))
  if (uses !== undefined && !isTrusted && !isForTime)
    return `\`${name}\` may not issue certificates for time stamping`
  return certificateProblem(issuer, question, isTrusted)
}

/** What is wrong with any certificate of the chain; how a trusted one was signed does not matter. */
function certificateProblem(
  certificate: X509Certificate,
  { at, pki }: ChainQuestion,
  isTrusted: boolean,
): string | null {
  const name = nameOf(certificate)
  const { validFromDate, validToDate } = certificate
  if (at < validFromDate.getTime() || at > validToDate.getTime())
    return `\`${name}\` was not valid at ${new Date(at).toISOString()}, but from ${validFromDate.toISOString()} to ${validToDate.toISOString()}`
  const bits = certificate.publicKey.asymmetricKeyDetails?.modulusLength
  if (bits !== undefined && bits < timeStampLimits.rsaBitsMin)
    return `the key of \`${name}\` has ${bits} bits; ${timeStampLimits.rsaBitsMin} are the least that count`
  const parsed = parsedOf(certificate, pki)
  if (!isTrusted && !isAccepted(parsed.signatureAlgorithm, pki))
    return `\`${name}\` is signed with an algorithm that does not count (${parsed.signatureAlgorithm.algorithmId})`
  const unknown = (parsed.extensions ?? []).find(
    (one) => one.critical && !understood.has(one.extnID),
  )
  return unknown === undefined
    ? null
    : `\`${name}\` has a critical extension that is not understood here (${unknown.extnID})`
}

/** A critical one that is not understood spoils the certificate (RFC 5280 section 4.2). No policy is asked for, so any will do. */
const understood: ReadonlySet<string> = new Set([
  oid.keyUsage,
  oid.basicConstraints,
  oid.extendedKeyUsage,
  oid.certificatePolicies,
])

/** PSS names its hash in its parameters; left out, it is SHA-1. */
export function isAccepted(
  algorithm: Certificate['signatureAlgorithm'],
  { pkijs }: PkiLibrary,
): boolean {
  if (!signatureAlgorithms.has(algorithm.algorithmId)) return false
  if (algorithm.algorithmId !== oid.rsaPss) return true
  const parameters = new pkijs.RSASSAPSSParams({ schema: algorithm.algorithmParams })
  return hashOf[parameters.hashAlgorithm.algorithmId] !== undefined
}

function pathLengthOf(
  { extensions = [] }: Certificate,
  { pkijs, asn1js }: PkiLibrary,
): number | null {
  const found: unknown = extensions.find((one) => one.extnID === oid.basicConstraints)?.parsedValue
  if (!(found instanceof pkijs.BasicConstraints)) return null
  const { pathLenConstraint } = found
  // A number too large for the library's own is no limit.
  return pathLenConstraint instanceof asn1js.Integer ? null : (pathLenConstraint ?? null)
}

function parsedOf(certificate: X509Certificate, { pkijs }: PkiLibrary): Certificate {
  return pkijs.Certificate.fromBER(new Uint8Array(certificate.raw).buffer)
}

/** A distinguished name on one line, with nothing in it that a terminal would take for more than letters. */
export function nameOf({ subject }: X509Certificate): string {
  const parts = subject.split('\n').filter((part) => part !== '')
  return visibleText(parts.join(', '))
}
