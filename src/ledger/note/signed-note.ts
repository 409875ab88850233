import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'

/**
 * Signed notes as C2SP defines them (c2sp.org/signed-note), Ed25519 only: a text that ends with a line feed, an
 * empty line, and signature lines `— NAME BASE64(key id ‖ signature)`. A line of a key nobody knows is passed over;
 * a bad line of a known key spoils the note.
 */

/** Type byte of Ed25519 in key ids and verifier keys. */
const ed25519 = 1
const keyIdBytes = 4
const publicKeyBytes = 32
const signatureBytes = 64

/** As in the reference implementation: more signatures than this are no note. */
const signaturesMax = 100
const noteBytesMax = 1_000_000

/** DER that stands before the 32 bytes of an Ed25519 public key (RFC 8410). */
const publicKeyHeader = Buffer.from('302a300506032b6570032100', 'hex')
/** DER that stands before the 32 bytes of an Ed25519 seed (RFC 8410). */
const seedHeader = Buffer.from('302e020100300506032b657004220420', 'hex')

export interface NoteVerifier {
  readonly name: string
  readonly keyId: Buffer
  readonly publicKey: KeyObject
}

export interface NoteSigner extends NoteVerifier {
  readonly privateKey: KeyObject
}

export type OpenedNote =
  | { readonly kind: 'verified'; readonly text: string; readonly by: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string }

function isKeyName(name: string): boolean {
  return name !== '' && !/[\s+\u0000-\u001f]/u.test(name)
}

function rawPublicKey(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('an Ed25519 key was expected')
  return key.export({ type: 'spki', format: 'der' }).subarray(publicKeyHeader.length)
}

/** The first four bytes of SHA-256(name ‖ LF ‖ type ‖ public key). */
function keyIdOf(name: string, publicKey: Buffer): Buffer {
  const input = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ed25519), publicKey])
  return hash('sha256', input, 'buffer').subarray(0, keyIdBytes)
}

function noteVerifier(name: string, publicKey: KeyObject): NoteVerifier {
  if (!isKeyName(name)) throw new TypeError(`\`${name}\` is no key name: no spaces, no \`+\``)
  return { name, keyId: keyIdOf(name, rawPublicKey(publicKey)), publicKey }
}

export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  return { ...noteVerifier(name, createPublicKey(privateKey)), privateKey }
}

/** `NAME+HEX(key id)+BASE64(type ‖ public key)`, the form in which a verifier is handed on. */
export function verifierKeyText(verifier: NoteVerifier): string {
  const key = Buffer.concat([Buffer.of(ed25519), rawPublicKey(verifier.publicKey)])
  return `${verifier.name}+${verifier.keyId.toString('hex')}+${key.toString('base64')}`
}

/** Null: it is no Ed25519 verifier key, or its key id does not fit. */
export function parseVerifierKey(text: string): NoteVerifier | null {
  const parts = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim())
  const [, name = '', keyId = '', encoded = ''] = parts ?? []
  const key = fromBase64(encoded)
  if (!isKeyName(name) || key?.length !== publicKeyBytes + 1 || key[0] !== ed25519) return null
  const der = Buffer.concat([publicKeyHeader, key.subarray(1)])
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
  const verifier = noteVerifier(name, publicKey)
  return verifier.keyId.toString('hex') === keyId ? verifier : null
}

/** An Ed25519 private key from its 32-byte seed. */
export function privateKeyOf(seed: Uint8Array): KeyObject {
  const der = Buffer.concat([seedHeader, seed])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

function isNoteText(text: string): boolean {
  // Control characters other than the line feed are refused by the definition.
  return text.endsWith('\n') && !/[\u0000-\u0009\u000b-\u001f\u007f]/u.test(text)
}

export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!isNoteText(text)) throw new TypeError('the text of a note ends with a line feed')
  const lines = signers.map(({ name, keyId, privateKey }) => {
    const signature = Buffer.concat([keyId, sign(null, Buffer.from(text), privateKey)])
    return `— ${name} ${signature.toString('base64')}\n`
  })
  return `${text}\n${lines.join('')}`
}

/** Verified only when at least one known key signed, and no known key signed badly. */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  const refused = (reason: string): OpenedNote => ({ kind: 'refused', reason })
  if (note.length > noteBytesMax) return refused('the note is too long')
  const split = note.lastIndexOf('\n\n')
  if (split === -1) return refused('no empty line stands before signatures')
  const text = note.slice(0, split + 1)
  const lines = note.slice(split + 2)
  if (!isNoteText(text)) return refused('the text is none of a note')
  if (lines === '' || !lines.endsWith('\n'))
    return refused('the signatures do not end with a line feed')
  const signatures = lines.slice(0, -1).split('\n')
  if (signatures.length > signaturesMax) return refused('there are too many signatures')
  const by = new Set<string>()
  for (const line of signatures) {
    const parsed = parseSignature(line)
    if (parsed === null) return refused(`\`${line.slice(0, 80)}\` is no signature line`)
    const verifier = verifiers.find(
      (one) => one.name === parsed.name && one.keyId.equals(parsed.keyId),
    )
    if (verifier === undefined || by.has(verifierKeyText(verifier))) continue
    if (
      parsed.signature.length !== signatureBytes ||
      !verify(null, Buffer.from(text), verifier.publicKey, parsed.signature)
    )
      return refused(`the signature of \`${parsed.name}\` does not hold`)
    by.add(verifierKeyText(verifier))
  }
  if (by.size === 0) return refused('no known key signed it')
  return { kind: 'verified', text, by: [...by] }
}

interface SignatureLine {
  readonly name: string
  readonly keyId: Buffer
  readonly signature: Buffer
}

function parseSignature(line: string): SignatureLine | null {
  const [, name = '', encoded = ''] = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
  const bytes = fromBase64(encoded)
  if (!isKeyName(name) || bytes === null || bytes.length <= keyIdBytes) return null
  return { name, keyId: bytes.subarray(0, keyIdBytes), signature: bytes.subarray(keyIdBytes) }
}

/** Null unless it is canonical base64: Node itself passes over what does not belong. */
function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}
