import { createReadStream } from 'node:fs'
import { Fault, messageOf } from '../base/fault.ts'
import { Register } from '../schema/register.ts'

/** Longest register that is read: more is no text for the runtime. */
const registerBytesMax = 400 * 2 ** 20

/** A file or a pipe as text, up to so many bytes: a device without an end is given up. */
async function readWithin(path: string, bytesMax: number): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of createReadStream(path)) {
    bytes += (part as Buffer).length
    if (bytes > bytesMax) throw new Error(`it is longer than ${bytesMax} bytes`)
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts).toString('utf8')
}

export async function readRegister(path: string): Promise<Register> {
  let value: unknown
  try {
    value = JSON.parse(await readWithin(path, registerBytesMax))
  } catch (error) {
    throw new Fault('HF_REGISTER_INVALID', `cannot read \`${path}\` as JSON: ${messageOf(error)}`, {
      place: { path },
      expected: 'a register written by `holdfast audit --format json`',
      cause: error,
    })
  }
  const parsed = Register.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Fault(
    'HF_REGISTER_INVALID',
    `\`${path}\`: ${issue?.path.join('.')}: ${issue?.message}`,
    {
      place: { path },
      expected: 'a register of schema version 1',
      advice: 'write it again with this version of holdfast',
    },
  )
}
