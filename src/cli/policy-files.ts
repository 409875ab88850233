import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { compareText } from '../base/compare.ts'
import { Fault } from '../base/fault.ts'
import type { OwnPolicies } from '../policy/index.ts'
import { readLimitedFile } from './read-limited-file.ts'
import { whyNot } from './why-not.ts'

/** Files of one folder `policies/`. */
const policyFilesMax = 500
const policyBytesMax = 4_000_000

/** `policies/*.cedar` beside holdfast.yaml, in the order of their names; no folder, no policies. */
export async function readOwnPolicies(folder: string): Promise<readonly OwnPolicies[]> {
  const own = join(folder, 'policies')
  const names = (await namesIn(own)).filter((name) => name.endsWith('.cedar')).toSorted(compareText)
  if (names.length > policyFilesMax) {
    throw new Fault('HF_POLICY_INVALID', `\`${own}\` holds ${names.length} policy files`, {
      expected: `at most ${policyFilesMax}`,
    })
  }
  return Promise.all(names.map((name) => readOne(join(own, name), `policies/${name}`)))
}

async function readOne(path: string, name: string): Promise<OwnPolicies> {
  try {
    const { text, isCut } = await readLimitedFile(path, policyBytesMax)
    if (!isCut) return { name, text }
  } catch (error) {
    throw new Fault('HF_FILE_READ', `cannot read \`${name}\`: ${whyNot(error)}`, {
      expected: 'a readable file of Cedar policies',
      cause: error,
    })
  }
  throw new Fault('HF_POLICY_INVALID', `\`${name}\` is too long`, {
    place: { path: name },
    expected: `at most ${policyBytesMax} bytes`,
  })
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new Fault('HF_FILE_READ', `cannot read \`${folder}\`: ${whyNot(error)}`, {
      expected: 'a readable folder with `*.cedar` files, or none',
      cause: error,
    })
  }
}
