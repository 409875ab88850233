import type { Reasoning } from './exchange.ts'

/** Thinking in words, as OpenAI has it; the words of other protocols are among them. */
const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
type Effort = (typeof efforts)[number]

/**
 * Budgets of the words. Google's own layer for OpenAI's clients has these for `low`, `medium` and `high`; all models
 * that count a budget in tokens take every one of them.
 */
const budgets: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24576,
  xhigh: 24576,
  max: 24576,
}

/** The effort asked for, or the one that stands for the budget; undefined: as the model has it. */
export function effortOf({ isOn, effort, budgetTokens }: Reasoning): string | undefined {
  if (effort !== undefined) return effort
  if (!isOn) return 'none'
  if (budgetTokens === undefined || budgetTokens < 0) return undefined
  if (budgetTokens < 4096) return 'low'
  return budgetTokens < 16384 ? 'medium' : 'high'
}

/** The budget asked for, or the one that stands for the effort; undefined: as the model has it. */
export function thinkingBudgetOf({ isOn, effort, budgetTokens }: Reasoning): number | undefined {
  if (budgetTokens !== undefined) return budgetTokens
  if (effort !== undefined && isEffort(effort)) return budgets[effort]
  return isOn ? undefined : 0
}

function isEffort(word: string): word is Effort {
  return efforts.some((effort) => effort === word)
}
