import { readFile } from 'node:fs/promises'
import { Fault } from '../base/fault.ts'
import { whyNot } from './why-not.ts'

export async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Fault('HF_FILE_READ', `cannot read \`${path}\`: ${whyNot(error)}`, {
      cause: error,
    })
  }
}
