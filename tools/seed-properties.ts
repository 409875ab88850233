import fc from 'fast-check'

/**
 * Loaded before the unit tests by `npm run test:unit`: properties that name no seed of their own begin from this one, so
 * that a run can be repeated. What fails prints its seed.
 */
const seed = Number(process.env['HOLDFAST_PROPERTY_SEED'] ?? 20_261_125)
fc.configureGlobal({ seed })
console.log(`properties begin from HOLDFAST_PROPERTY_SEED=${seed}`)
