import { type webcrypto, X509Certificate } from 'node:crypto'
import type { Certificate, SignerInfo } from 'pkijs'
import { messageOf } from '../../base/fault.ts'
import { isAccepted, nameOf } from './certificate-chain.ts'
import { hashOf, oid } from './object-identifiers.ts'
import type { PkiLibrary } from './pki-library.ts'
import { refused, type RefusedTimeStamp } from './refused-time-stamp.ts'
import { isSigningCertificate } from './signing-certificate.ts'
import type { TimeStampToken } from './time-stamp-token.ts'

export interface TimeStampSigner {
  readonly kind: 'signer'
  readonly certificate: X509Certificate
}

/** Whose signature stands under a token, once it and the certificate hold. */
export async function signerOf(
  token: TimeStampToken,
  message: Uint8Array,
  crypto: webcrypto.Crypto,
  pki: PkiLibrary,
): Promise<TimeStampSigner | RefusedTimeStamp> {
  const { signed, signerInfo } = token
  const problem = attributesProblem(signerInfo, pki) ?? algorithmProblem(signerInfo, pki)
  if (problem !== null) return refused('bad-signature', problem)
  const engine = new pki.pkijs.CryptoEngine({ crypto })
  const found = await signed
    .verify(
      { signer: 0, data: new Uint8Array(message).buffer, checkChain: false, extendedMode: true },
      engine,
    )
    .catch((error: unknown) => messageOf(error))
  if (typeof found === 'string')
    return refused('bad-signature', `its signature does not hold: ${found}`)
  const certificate = found.signerCertificate
  if (found.signatureVerified !== true || certificate === null || certificate === undefined)
    return refused('bad-signature', 'its signature does not hold')
  const x509 = x509Of(certificate)
  if (!isSigningCertificate(signerInfo, x509, pki))
    return refused('bad-signature', 'it does not name the certificate that signed it')
  return certificateUseProblem(certificate, x509) ?? { kind: 'signer', certificate: x509 }
}

/** The library looks whether they are there; that each stands once, and says what was signed, is looked at here (RFC 5652 section 11). */
function attributesProblem({ signedAttrs }: SignerInfo, { asn1js }: PkiLibrary): string | null {
  const valuesOf = (type: string) =>
    (signedAttrs?.attributes ?? [])
      .filter((one) => one.type === type)
      .flatMap((one) => [one.values])
  const [types = [], ...moreTypes] = valuesOf(oid.contentType)
  const [digests = [], ...moreDigests] = valuesOf(oid.messageDigest)
  if (types.length !== 1 || digests.length !== 1 || moreTypes.length + moreDigests.length > 0)
    return 'its signed attributes are not those of a time stamp'
  const [type]: readonly unknown[] = types
  return type instanceof asn1js.ObjectIdentifier && type.getValue() === oid.timeStampInfo
    ? null
    : 'its signed attributes speak of something else than a time stamp'
}

function algorithmProblem(
  { digestAlgorithm, signatureAlgorithm }: SignerInfo,
  pki: PkiLibrary,
): string | null {
  if (hashOf[digestAlgorithm.algorithmId] === undefined)
    return `it is signed over a hash that does not count (${digestAlgorithm.algorithmId})`
  return isAccepted(signatureAlgorithm, pki)
    ? null
    : `it is signed with an algorithm that does not count (${signatureAlgorithm.algorithmId})`
}

export function x509Of(certificate: Certificate): X509Certificate {
  return new X509Certificate(Buffer.from(certificate.toSchema().toBER()))
}

/** RFC 3161 section 2.3: a certificate for time stamping, for nothing else, and this marked critical. */
function certificateUseProblem(
  { extensions = [] }: Certificate,
  certificate: X509Certificate,
): RefusedTimeStamp | null {
  const uses: readonly string[] = certificate.keyUsage ?? []
  const isCritical = extensions.some((one) => one.extnID === oid.extendedKeyUsage && one.critical)
  if (isCritical && uses.length === 1 && uses[0] === oid.timeStamping && !certificate.ca)
    return null
  return refused(
    'no-time-stamping-certificate',
    `\`${nameOf(certificate)}\` signed it, and its certificate is none for time stamping alone`,
  )
}
