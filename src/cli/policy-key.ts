import { readFile, realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Fault, messageOf } from '../base/fault.ts'

/** A key in PEM from `env:NAME` or `file:PATH`. What lies in `.holdfast/` can be written by whoever writes policy. */
export async function readKey(reference: string, use: 'sign' | 'verify'): Promise<string> {
  const parts = /^(?<kind>env|file):(?<place>.+)$/s.exec(reference)?.groups
  const { kind, place } = parts ?? {}
  if (place === undefined) {
    throw new Fault('HF_KEY_INVALID', `\`${reference.slice(0, 20)}\` is no place of a key`, {
      expected: '`env:NAME` or `file:PATH`; the key itself never stands on a command line',
    })
  }
  return kind === 'env' ? keyInEnvironment(place) : keyInFile(place, use)
}

function keyInEnvironment(name: string): string {
  const value = process.env[name]
  if (value === undefined || value.trim() === '') {
    throw new Fault('HF_KEY_INVALID', `the environment has no \`${name}\``, {
      expected: 'a variable that holds an Ed25519 key in PEM',
    })
  }
  // Many places that hold variables allow one line only.
  return value.replaceAll('\\n', '\n')
}

async function keyInFile(path: string, use: 'sign' | 'verify'): Promise<string> {
  try {
    const real = await realpath(resolve(path))
    if (real.split(/[\\/]/).includes('.holdfast')) {
      throw new Fault('HF_KEY_INVALID', `the key \`${path}\` lies in \`.holdfast/\``, {
        expected: 'a place outside: whoever may write there must not be able to sign',
      })
    }
    const { mode } = await stat(real)
    if (use === 'sign' && process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Fault('HF_KEY_INVALID', `others may read the key \`${path}\``, {
        expected: 'a file that only its owner can read',
        advice: `chmod 600 ${path}`,
      })
    }
    return await readFile(real, 'utf8')
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('HF_KEY_INVALID', `cannot read the key \`${path}\`: ${messageOf(error)}`, {
      expected: 'a readable file with an Ed25519 key in PEM',
      cause: error,
    })
  }
}
