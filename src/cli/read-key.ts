import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { isAbsolute, join, sep } from 'node:path'
import { Fault, messageOf } from '../base/fault.ts'

/** Where a key is to be read from, and what it is called in messages. */
export interface KeyPlace {
  /** `env:NAME` or `file:PATH`; a path is relative to `folder`. */
  readonly reference: string
  /** Folder of holdfast.yaml. */
  readonly folder: string
  /** For instance `ledger.signingKey`. */
  readonly name: string
}

/** The text of a key. A file must be readable by its owner alone and lie outside `.holdfast/`. */
export async function readKeyText({ reference, folder, name }: KeyPlace): Promise<string> {
  if (reference.startsWith('env:')) {
    const value = process.env[reference.slice('env:'.length)]
    if (value !== undefined && value !== '') return value
    throw invalid(name, `the variable \`${reference.slice(4)}\` is not set`, 'a key in it')
  }
  if (!reference.startsWith('file:'))
    throw invalid(name, `\`${reference}\` names no key`, '`env:NAME` or `file:PATH`')
  const written = reference.slice('file:'.length)
  const path = isAbsolute(written) ? written : join(folder, written)
  if (path.split(sep).includes('.holdfast'))
    throw invalid(
      name,
      `\`${path}\` lies in \`.holdfast\``,
      'a place that whoever can write there cannot read',
    )
  try {
    const state = await stat(path)
    if (process.platform !== 'win32' && (state.mode & 0o077) !== 0)
      throw invalid(name, `\`${path}\` can be read by others`, 'mode 0600: `chmod 600` it')
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Fault) throw error
    throw invalid(name, `cannot read \`${path}\`: ${messageOf(error)}`, 'a readable key file')
  }
}

export async function readPrivateKey(
  place: KeyPlace,
  kind: 'ed25519' | 'x25519',
): Promise<KeyObject> {
  const text = await readKeyText(place)
  return keyOf(() => createPrivateKey(text), kind, place, 'private')
}

export async function readPublicKey(
  place: KeyPlace,
  kind: 'ed25519' | 'x25519',
): Promise<KeyObject> {
  const text = await readKeyText(place)
  return keyOf(() => createPublicKey(text), kind, place, 'public')
}

/** Bytes of an HMAC key, written in base64. */
export async function readSecretBytes(place: KeyPlace, bytesMin: number): Promise<Buffer> {
  const bytes = Buffer.from((await readKeyText(place)).trim(), 'base64')
  if (bytes.length >= bytesMin) return bytes
  throw invalid(place.name, `it has ${bytes.length} bytes`, `at least ${bytesMin} bytes in base64`)
}

/** The words of the library may hold parts of the key, so they are not passed on. */
function keyOf(
  parse: () => KeyObject,
  kind: 'ed25519' | 'x25519',
  { name }: KeyPlace,
  half: string,
): KeyObject {
  const wanted = `an ${kind === 'ed25519' ? 'Ed25519' : 'X25519'} ${half} key in PEM`
  let key: KeyObject
  try {
    key = parse()
  } catch {
    throw invalid(name, 'it cannot be read as a key', wanted)
  }
  if (key.asymmetricKeyType !== kind)
    throw invalid(name, `it is of the kind \`${key.asymmetricKeyType}\``, wanted)
  return key
}

function invalid(name: string, problem: string, expected: string): Fault {
  return new Fault('HF_KEY_INVALID', `\`${name}\`: ${problem}`, {
    expected,
    advice:
      '`holdfast ledger keys init` makes a set of keys and prints what to write in holdfast.yaml',
  })
}
