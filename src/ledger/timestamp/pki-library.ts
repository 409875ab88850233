import type * as Asn1js from 'asn1js'
import type * as Pkijs from 'pkijs'

export interface PkiLibrary {
  readonly asn1js: typeof Asn1js
  readonly pkijs: typeof Pkijs
}

/** Loaded by whoever has to do with a time stamp, and by nobody else: it takes a tenth of a second. */
export async function pkiLibrary(): Promise<PkiLibrary> {
  const [asn1js, pkijs] = await Promise.all([import('asn1js'), import('pkijs')])
  return { asn1js, pkijs }
}
