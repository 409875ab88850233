/**
 * Loaded before holdfast when the examples of the documents run: today is always the same day, so that a model that
 * is retired next year does not change what a page shows.
 */
const RealDate = globalThis.Date
const startedAt = RealDate.now()
const fixedNow = RealDate.parse('2026-11-24T09:00:00Z')

function now(): number {
  return fixedNow + (RealDate.now() - startedAt)
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, words: [], newTarget) =>
    Reflect.construct(target, words.length === 0 ? [now()] : words, newTarget) as Date,
  get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
})
