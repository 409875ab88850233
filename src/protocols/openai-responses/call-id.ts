import { shortDigest } from '../../base/digest.ts'

/** Longer ids are refused. */
const charactersMax = 64

/** The id of a call as this protocol takes it: call and result still meet when it had to be shortened. */
export function callIdOf(id: string): string {
  return id.length <= charactersMax ? id : `call_${shortDigest(id, 40)}`
}
