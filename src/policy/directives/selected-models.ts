import type { DirectiveScope } from '../../schema/directive.ts'
import type { PolicyModel } from '../principal.ts'
import { selectorOf } from './scope-width.ts'

export type Selection = 'yes' | 'no' | 'unknown'

/** Whether a scope reaches a model; `unknown` when it asks for an attribute that nobody knows. */
export function selects(models: DirectiveScope['models'], model: PolicyModel): Selection {
  const selector = selectorOf(models)
  const answers: readonly Selection[] = [
    isAmong(selector.ids, model.id),
    isAmong(selector.vendors, model.vendor),
    isAmong(selector.families, model.family),
    isAmong(selector.weights, model.weights),
    selector.trainingOperationsOver === undefined
      ? 'yes'
      : model.trainingOperations === null
        ? 'unknown'
        : answer(model.trainingOperations > selector.trainingOperationsOver),
    selector.vendorJurisdictions === undefined
      ? 'yes'
      : model.vendorJurisdictions.length === 0
        ? 'unknown'
        : answer(
            selector.vendorJurisdictions.some((code) => model.vendorJurisdictions.includes(code)),
          ),
  ]
  if (answers.includes('no')) return 'no'
  return answers.includes('unknown') ? 'unknown' : 'yes'
}

function isAmong(list: readonly string[] | undefined, value: string | null): Selection {
  if (list === undefined) return 'yes'
  return value === null ? 'unknown' : answer(list.includes(value))
}

function answer(isSo: boolean): Selection {
  return isSo ? 'yes' : 'no'
}
