import { hash, type X509Certificate } from 'node:crypto'
import type { SignerInfo } from 'pkijs'
import { hashOf, oid } from './object-identifiers.ts'
import type { PkiLibrary } from './pki-library.ts'

/**
 * The signed attribute that names the certificate by its hash (ESSCertID, RFC 2634 and 5035): without it another
 * certificate over the same key could be put in its place.
 */
export function isSigningCertificate(
  { signedAttrs }: SignerInfo,
  { raw }: X509Certificate,
  pki: PkiLibrary,
): boolean {
  const claims = (signedAttrs?.attributes ?? [])
    .filter(({ type }) => type === oid.signingCertificate || type === oid.signingCertificateV2)
    .map(({ type, values }) => {
      const { name, digest } = namedCertificate(type, values[0], pki)
      return name !== undefined && digest !== null && hash(name, raw, 'buffer').equals(digest)
    })
  return claims.length > 0 && claims.every((one) => one)
}

/** `{ certs: [{ hashAlgorithm?, certHash, … }, …], … }`: the first of them is the one that signed. */
function namedCertificate(
  type: string,
  value: unknown,
  { asn1js }: PkiLibrary,
): { readonly name: string | undefined; readonly digest: Uint8Array | null } {
  const childOf = (block: unknown, index = 0): unknown =>
    block instanceof asn1js.Sequence ? block.valueBlock.value[index] : undefined
  const named = childOf(childOf(value))
  const algorithm = childOf(childOf(named))
  const hasAlgorithm = algorithm instanceof asn1js.ObjectIdentifier
  const digest = childOf(named, hasAlgorithm ? 1 : 0)
  const isFirstVersion = type === oid.signingCertificate
  const standard = isFirstVersion ? 'sha1' : 'sha256'
  return {
    name: hasAlgorithm ? hashOf[algorithm.getValue()] : standard,
    digest: digest instanceof asn1js.OctetString ? digest.valueBlock.valueHexView : null,
  }
}
