import { registerHooks } from 'node:module'
import fc from 'fast-check'

/**
 * Loaded before the unit tests by `npm run test:long`: every property is tried so many times as often, from the seed
 * given, and the test files stay as they are.
 */
const factor = Number(process.env['HOLDFAST_PROPERTY_FACTOR'] ?? 1)
const seed = Number(process.env['HOLDFAST_PROPERTY_SEED'] ?? 1)
const runsByDefault = 100

fc.configureGlobal({ numRuns: runsByDefault * factor, seed })

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith('.test.ts') || loaded.source === null || loaded.source === undefined)
      return loaded
    const text =
      typeof loaded.source === 'string'
        ? loaded.source
        : Buffer.from(loaded.source as Uint8Array).toString()
    const source = text.replaceAll(
      /\bnumRuns:\s*([\d_]+)/g,
      (_, runs: string) => `numRuns: ${Number(runs.replaceAll('_', '')) * factor}`,
    )
    return { ...loaded, source }
  },
})
