import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { canonicalJson } from '../base/canonical-json.ts'
import { digest } from '../base/digest.ts'
import { Fault, messageOf } from '../base/fault.ts'
import { snapshotCharactersMax } from './limits.ts'
import { openSnapshot, type PolicySnapshot, type SnapshotInput } from './policy-snapshot.ts'
import { contentDigest, type SnapshotContent } from './snapshot-content.ts'
import { SnapshotFile } from './snapshot-schema.ts'

/** What is signed begins so, that no signature for anything else will ever fit. */
const signedPrefix = 'holdfast policy snapshot 1\n'

/** The snapshot as canonical JSON (RFC 8785) with an Ed25519 signature; `key` is a private key or its PEM. */
export function serialiseSnapshot(snapshot: PolicySnapshot, key: KeyObject | string): string {
  const privateKey = privateKeyOf(key)
  const content = contentOf(snapshot)
  const value = sign(null, signedBytes(content), privateKey).toString('base64')
  const file = {
    content,
    digest: snapshot.digest,
    signature: { algorithm: 'ed25519', key: keyDigest(createPublicKey(privateKey)), value },
  }
  return `${canonicalJson(file)}\n`
}

export interface ParseOptions extends Pick<SnapshotInput, 'engine' | 'previous' | 'principals'> {
  /** Public key, or the private one, or the PEM of either. */
  readonly key: KeyObject | string
  /** Version that is known already: an older one is refused. */
  readonly after?: number | undefined
  /** Name of the file, for messages. */
  readonly path?: string | undefined
}

/** Verifies every byte, then fills the tables again: the same decisions as the snapshot that was written. */
export function parseSnapshot(text: string, options: ParseOptions): PolicySnapshot {
  const content = verifySnapshot(text, options)
  if (options.after !== undefined && content.version < options.after) {
    throw invalid(options, `version ${content.version} is older than ${options.after}`, {
      expected: 'a newer snapshot: an older one may undo a directive',
    })
  }
  return openSnapshot(content, options)
}

/** The content of a snapshot file whose signature holds; anything else is a fault. */
export function verifySnapshot(
  text: string,
  options: Pick<ParseOptions, 'key' | 'path'>,
): SnapshotContent {
  if (text.length > snapshotCharactersMax) {
    throw invalid(options, 'it is too long', { expected: `${snapshotCharactersMax} characters` })
  }
  const publicKey = publicKeyOf(options.key)
  const file = readFile(text, options)
  const signature = Buffer.from(file.signature.value, 'base64')
  if (!verify(null, signedBytes(file.content), publicKey, signature)) {
    const isOther = file.signature.key !== keyDigest(publicKey)
    throw invalid(
      options,
      isOther ? 'it was signed with another key' : 'its signature does not hold',
      { expected: 'the file as it was written, and the key it was signed with' },
    )
  }
  // What is not signed itself is held to one form, so that a changed byte is never overlooked.
  const signed = {
    ...file.signature,
    key: keyDigest(publicKey),
    value: signature.toString('base64'),
  }
  if (text !== `${canonicalJson({ ...file, signature: signed })}\n`) {
    throw invalid(options, 'it is not in canonical form', {
      expected: 'the file as it was written',
    })
  }
  if (file.digest !== contentDigest(file.content)) {
    throw invalid(options, 'its digest does not fit its content', {
      expected: 'the file as it was written',
    })
  }
  return file.content
}

function readFile(text: string, options: Pick<ParseOptions, 'path'>): SnapshotFile {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw invalid(options, messageOf(error), { expected: 'a snapshot as JSON' })
  }
  const parsed = SnapshotFile.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalid(options, `\`${issue?.path.join('.')}\`: ${issue?.message}`, {
    expected: 'a snapshot of this version of holdfast',
  })
}

function contentOf(snapshot: PolicySnapshot): SnapshotContent {
  const { table: _table, digest: _digest, ...content } = snapshot
  return content
}

function signedBytes(content: SnapshotContent): Uint8Array {
  return new TextEncoder().encode(`${signedPrefix}${canonicalJson(content)}`)
}

function keyDigest(publicKey: KeyObject): string {
  return digest(publicKey.export({ type: 'spki', format: 'der' }))
}

function privateKeyOf(key: KeyObject | string): KeyObject {
  const found = typeof key === 'string' ? readKey(() => createPrivateKey(key)) : key
  if (found.type !== 'private') throw wrongKey('a public key cannot sign')
  return checked(found)
}

function publicKeyOf(key: KeyObject | string): KeyObject {
  if (typeof key !== 'string') return checked(key.type === 'private' ? createPublicKey(key) : key)
  return checked(readKey(() => createPublicKey(key)))
}

function checked(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') {
    throw wrongKey(`a key of kind \`${key.asymmetricKeyType ?? key.type}\``)
  }
  return key
}

/** Without the cause: it might quote the key. */
function readKey(read: () => KeyObject): KeyObject {
  try {
    return read()
  } catch {
    throw wrongKey('this is no key in PEM')
  }
}

function wrongKey(message: string): Fault {
  return new Fault('HF_KEY_INVALID', message, {
    expected: 'an Ed25519 key in PEM',
    advice: '`openssl genpkey -algorithm ed25519 -out snapshot.key` makes one',
  })
}

function invalid(
  { path }: Pick<ParseOptions, 'path'>,
  problem: string,
  details: { readonly expected: string },
): Fault {
  return new Fault('HF_SNAPSHOT_INVALID', `the snapshot cannot be used: ${problem}`, {
    ...details,
    place: path === undefined ? undefined : { path },
    advice: 'what was in force before stays in force; fetch the snapshot again',
  })
}
