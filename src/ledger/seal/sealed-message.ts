import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hash,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'

/**
 * A message for the holder of an X25519 private key. Who writes it cannot read it back: the key it is encrypted with
 * comes of a key pair that is made for this message and forgotten. Key: HKDF-SHA-256 over the shared secret with both
 * public keys as salt; cipher: AES-256-GCM, whose nonce may be fixed since each key serves once.
 */

const publicKeyBytes = 32
const tagBytes = 16
const nonce = Buffer.alloc(12)
const purpose = 'holdfast sealed message 1'

/** DER that stands before the 32 bytes of an X25519 public key (RFC 8410). */
const header = Buffer.from('302a300506032b656e032100', 'hex')

export interface SealedMessage {
  /** Which key opens it: the first 16 hex digits of the SHA-256 of the public key. */
  readonly recipient: string
  /** Base64: public key of the sender, cipher text, tag. */
  readonly sealed: string
}

function rawPublicKey(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'x25519') throw new TypeError('an X25519 key was expected')
  return key.export({ type: 'spki', format: 'der' }).subarray(header.length)
}

/** By what a key is known to whoever sealed something to it. */
export function recipientOf(publicKey: KeyObject): string {
  return hash('sha256', rawPublicKey(publicKey), 'hex').slice(0, 16)
}

function keyFor(shared: Buffer, sender: Buffer, recipient: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', shared, Buffer.concat([sender, recipient]), purpose, 32))
}

export function sealMessage(content: Uint8Array, recipient: KeyObject): SealedMessage {
  const once = generateKeyPairSync('x25519')
  const sender = rawPublicKey(once.publicKey)
  const shared = diffieHellman({ privateKey: once.privateKey, publicKey: recipient })
  const key = keyFor(shared, sender, rawPublicKey(recipient))
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const text = Buffer.concat([cipher.update(content), cipher.final()])
  return {
    recipient: recipientOf(recipient),
    sealed: Buffer.concat([sender, text, cipher.getAuthTag()]).toString('base64'),
  }
}

/** Null: it is for another key, or was changed. */
export function openMessage(message: SealedMessage, privateKey: KeyObject): Buffer | null {
  const bytes = Buffer.from(message.sealed, 'base64')
  const publicKey = createPublicKey(privateKey)
  if (recipientOf(publicKey) !== message.recipient || bytes.length < publicKeyBytes + tagBytes)
    return null
  try {
    const sender = bytes.subarray(0, publicKeyBytes)
    const senderKey = createPublicKey({
      key: Buffer.concat([header, sender]),
      format: 'der',
      type: 'spki',
    })
    const shared = diffieHellman({ privateKey, publicKey: senderKey })
    const key = keyFor(shared, sender, rawPublicKey(publicKey))
    const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    decipher.setAuthTag(bytes.subarray(-tagBytes))
    return Buffer.concat([
      decipher.update(bytes.subarray(publicKeyBytes, -tagBytes)),
      decipher.final(),
    ])
  } catch {
    return null
  }
}
