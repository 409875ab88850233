import { open } from 'node:fs/promises'
import { Fault, messageOf } from '../../base/fault.ts'

/** What a GGUF file begins with. */
const magic = 'GGUF'

/** Throws where there is no file with weights: the engine's own words would be harder to understand. */
export async function checkWeights(path: string): Promise<void> {
  const found = await firstBytes(path).catch((error: unknown) => {
    throw new Fault(
      'HF_LOCAL_WEIGHTS',
      `cannot read the weights \`${path}\`: ${messageOf(error)}`,
      {
        expected: 'a readable GGUF file',
        cause: error,
      },
    )
  })
  if (found === magic) return
  throw new Fault('HF_LOCAL_WEIGHTS', `\`${path}\` is no GGUF file`, {
    expected: `a file that begins with \`${magic}\``,
    advice:
      'other formats are served by vLLM, or converted with llama.cpp; docs/guide/local-fallback.md',
  })
}

async function firstBytes(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(magic.length), 0, magic.length, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await file.close()
  }
}
