import type { GapKind } from '../schema/vocabulary.ts'

/** How bad a gap is: `high` stops work or leaks a key, `medium` weakens a plan, `low` leaves something unknown. */
export type Severity = 'high' | 'medium' | 'low'

/** What a report says about a kind of gap, beside the words of the gap itself. */
export interface GapWords {
  readonly title: string
  readonly severity: Severity
  readonly meaning: string
  /** One sentence, in the imperative, for a list of things to do; `#` stands for how many. */
  readonly task: string
}

/** Worst first: reports list gaps in this order. */
export const gapWords: Readonly<Record<GapKind, GapWords>> = {
  'hard-coded-key': {
    title: 'Key in a file',
    severity: 'high',
    meaning: 'A provider key stands in a tracked file: whoever reads the repository can use it.',
    task: 'Revoke the keys that stand in files, and read them from a secret store (#)',
  },
  suspended: {
    title: 'Suspended model',
    severity: 'high',
    meaning: 'The model is withdrawn for now by its vendor or by an authority.',
    task: 'Move work off suspended models (#)',
  },
  retired: {
    title: 'Retired model',
    severity: 'high',
    meaning: 'The vendor no longer serves the model: calls fail or are answered by another model.',
    task: 'Replace retired models (#)',
  },
  'no-fallback': {
    title: 'Nothing to fall back to',
    severity: 'high',
    meaning: 'When the model is withdrawn the workflow stops: nothing known can take it over.',
    task: 'Name a fallback for workflows that have none (#)',
  },
  'same-vendor-fallback': {
    title: 'Fallback of the same vendor',
    severity: 'medium',
    meaning: 'One decision by or against one vendor takes the model and its fallback together.',
    task: 'Add another vendor where the only fallback is of the same one (#)',
  },
  unqualified: {
    title: 'No fallback is qualified',
    severity: 'medium',
    meaning: 'Fallbacks are named, and no valid trial shows that one of them can do the work.',
    task: 'Try the fallbacks of workflows that have no qualified one (#)',
  },
  expired: {
    title: 'Qualification is over',
    severity: 'medium',
    meaning: 'A fallback was qualified; its day has come, or something changed since.',
    task: 'Qualify fallbacks again whose trial no longer counts (#)',
  },
  deprecated: {
    title: 'Deprecated model',
    severity: 'medium',
    meaning: 'The vendor has announced the end of the model.',
    task: 'Plan the move off deprecated models (#)',
  },
  'same-jurisdiction-fallback': {
    title: 'Fallback under the same law',
    severity: 'medium',
    meaning: 'One order of one authority reaches the model and its fallback together.',
    task: 'Add another jurisdiction, or held weights, where one law reaches both (#)',
  },
  'hidden-model': {
    title: 'Model chosen by a product',
    severity: 'medium',
    meaning: 'A product decides which model it uses and does not show it.',
    task: 'Pin the models that products choose, or ask their makers (#)',
  },
  unresolved: {
    title: 'Model not known',
    severity: 'medium',
    meaning: 'The name of the model stands outside the audited files.',
    task: 'Say which models stand behind the names that could not be followed (#)',
  },
  undeclared: {
    title: 'Not in holdfast.yaml',
    severity: 'low',
    meaning: 'The tree uses a model that the configuration does not name for this workflow.',
    task: 'Declare in holdfast.yaml what was found outside it (#)',
  },
  stale: {
    title: 'No longer found',
    severity: 'low',
    meaning: 'The configuration names a model that was not found where it says.',
    task: 'Correct what holdfast.yaml says and the tree does not show (#)',
  },
  unowned: {
    title: 'Nobody owns it',
    severity: 'low',
    meaning: 'No owner is known who could change this on the day.',
    task: 'Give an owner to what has none (#)',
  },
}

export const gapKindsWorstFirst = Object.keys(gapWords) as readonly GapKind[]
