import { createHash, timingSafeEqual } from 'node:crypto'
import { digest } from '../../base/digest.ts'

/** A key as it is presented: `hfk_<prefix>_<secret>`. */
export interface KeyText {
  readonly prefix: string
  readonly secret: string
}

const form = /^hfk_(?<prefix>[a-z2-7]{10})_(?<secret>[A-Za-z0-9_-]{43})$/
const letters = 'abcdefghijklmnopqrstuvwxyz234567'

/** A new key from random bytes: 50 bits that are visible, 256 that are secret. */
export function newKeyText(random: (bytes: number) => Uint8Array): KeyText {
  const prefix = [...random(10)].map((byte) => letters.charAt(byte % 32)).join('')
  return { prefix, secret: Buffer.from(random(32)).toString('base64url') }
}

export function printKeyText({ prefix, secret }: KeyText): string {
  return `hfk_${prefix}_${secret}`
}

/** Null: the text is no key of this form. */
export function readKeyText(text: string): KeyText | null {
  const groups = form.exec(text)?.groups
  return groups === undefined
    ? null
    : { prefix: groups['prefix'] ?? '', secret: groups['secret'] ?? '' }
}

/** What is kept of a secret. It has 256 random bits, so that no slow hash is needed. */
export function secretDigest(secret: string): string {
  return digest(secret)
}

/**
 * By what a presented key is looked up: the digest of its secret part, which is what is kept, or of the whole text when
 * it is a key of another form, from holdfast.yaml.
 */
export function presentedKeyDigest(text: string): string {
  return secretDigest(readKeyText(text)?.secret ?? text)
}

/** Compares in a time that does not tell how much of it was right. */
export function isSecretOf(secret: string, kept: string): boolean {
  const given = createHash('sha256').update(secret).digest()
  const wanted = Buffer.from(kept.slice('sha256:'.length), 'hex')
  return wanted.length === given.length && timingSafeEqual(wanted, given)
}
