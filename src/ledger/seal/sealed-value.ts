import { createCipheriv, createDecipheriv, hash } from 'node:crypto'
import type { SealedValue } from '../../schema/ledger-entry.ts'

/**
 * A value that can later be made unreadable for good: encrypted with AES-256-GCM under the key of a period, beside a
 * commitment SHA-256(blind ‖ value). The blind is sealed with the value. While the key exists the value can be read
 * and is held against the commitment; once it is destroyed, the commitment tells nothing, since the blind is gone
 * too, and four possible classes cannot be tried out.
 */

export const periodKeyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const blindBytes = 32

export interface PeriodKey {
  /** Name of the period, bound to what is sealed under its key. */
  readonly period: string
  readonly key: Uint8Array
}

/** Random bytes, from a source fit for keys. */
export type RandomBytes = (count: number) => Buffer

export function sealValue(
  value: string,
  { period, key }: PeriodKey,
  random: RandomBytes,
): SealedValue {
  const blind = random(blindBytes)
  const nonce = random(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(period))
  const text = Buffer.concat([cipher.update(blind), cipher.update(value, 'utf8'), cipher.final()])
  // In the order of canonical JSON: it stands in every entry of its caller.
  return {
    commitment: commitmentTo(blind, value),
    period,
    sealed: Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64'),
  }
}

/** Null: the key is another, or the seal or its commitment was changed. */
export function openValue(value: SealedValue, { period, key }: PeriodKey): string | null {
  const bytes = Buffer.from(value.sealed, 'base64')
  if (value.period !== period || bytes.length < nonceBytes + blindBytes + tagBytes) return null
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
    decipher.setAAD(Buffer.from(period))
    decipher.setAuthTag(bytes.subarray(-tagBytes))
    const text = Buffer.concat([
      decipher.update(bytes.subarray(nonceBytes, -tagBytes)),
      decipher.final(),
    ])
    const opened = text.subarray(blindBytes).toString('utf8')
    return commitmentTo(text.subarray(0, blindBytes), opened) === value.commitment ? opened : null
  } catch {
    return null
  }
}

function commitmentTo(blind: Uint8Array, value: string): string {
  const input = Buffer.concat([blind, Buffer.from(value, 'utf8')])
  return `sha256:${hash('sha256', input, 'hex')}`
}
