import type { DirectiveScope, ModelSelector } from '../../schema/directive.ts'

/**
 * Whether a scope reaches at least what it reached before. What cannot be proven is answered with no: then a named
 * person has to sign the change.
 */
export function reachesNoLess(before: DirectiveScope, after: DirectiveScope): boolean {
  return (
    selectsNoLess(selectorOf(before.models), selectorOf(after.models)) &&
    covers(listOf(after.routes), listOf(before.routes)) &&
    covers(after.providers, before.providers) &&
    covers(after.regions, before.regions) &&
    covers(after.jurisdictions, before.jurisdictions) &&
    covers(after.purposes, before.purposes) &&
    (after.persons === 'all' || before.persons === 'foreign-person') &&
    // Classes follow the definition: under another one the same people get other answers.
    after.definition === before.definition
  )
}

/** A part that is absent restricts nothing, so it covers every list. */
export function covers(
  wide: readonly string[] | undefined,
  narrow: readonly string[] | undefined,
): boolean {
  if (wide === undefined) return true
  return narrow?.every((member) => wide.includes(member)) ?? false
}

/** Every way to write the models of a scope as a selector, whose absent parts restrict nothing. */
export function selectorOf(models: DirectiveScope['models']): ModelSelector {
  if (models === 'all') return {}
  return 'length' in models ? { ids: models } : models
}

function selectsNoLess(before: ModelSelector, after: ModelSelector): boolean {
  return (
    covers(after.ids, before.ids) &&
    covers(after.vendors, before.vendors) &&
    covers(after.families, before.families) &&
    covers(after.weights, before.weights) &&
    covers(after.vendorJurisdictions, before.vendorJurisdictions) &&
    (after.trainingOperationsOver === undefined ||
      after.trainingOperationsOver <= (before.trainingOperationsOver ?? -Infinity))
  )
}

function listOf(routes: DirectiveScope['routes']): readonly string[] | undefined {
  return routes === 'all' ? undefined : routes
}
