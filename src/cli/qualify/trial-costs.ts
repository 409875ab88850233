import { costOf, type PriceOf } from '../../gateway/index.ts'
import type { ListPrice } from '../../schema/catalogue.ts'
import type { ModelAnswer } from '../../schema/model-answer.ts'
import type { Task } from '../../schema/task-set.ts'

/** Billionths of a currency in one unit of it. */
export const nano = 1e9

/** Where nobody says how long an answer may be. */
const outputTokensUsual = 1_000
const outputTokensMost = 4_096
const charactersPerToken = 4
/** Tokenizers differ from one another by about so much. */
const cautiousFactor = 1.2

/** Tokens that a task is expected to send, by the length of its texts. */
export function inputTokensOf({ request }: Pick<Task, 'request'>): number {
  const { system, messages, tools, output } = request
  const written = JSON.stringify([system ?? '', messages, tools ?? [], output ?? null])
  return Math.ceil(written.length / charactersPerToken)
}

export function outputTokensOf({ request }: Pick<Task, 'request'>): number {
  return Math.min(outputTokensUsual, request.parameters?.maxOutputTokens ?? outputTokensUsual)
}

/** What one answer has cost, in billionths; null: no price or no tokens are known. */
export function costOfAnswer(price: ListPrice | null, { usage }: ModelAnswer): number | null {
  if (price === null || usage === null || usage.input === null || usage.output === null) return null
  const { input, output, cacheRead } = usage
  return costOf({ input, output, cacheRead: cacheRead ?? 0 }, price)
}

/** The most that an answer to a task may cost, in billionths; null: no price is known. */
export function costAtMost(price: ListPrice | null, task: Pick<Task, 'request'>): number | null {
  if (price === null) return null
  return costOf(
    {
      input: Math.ceil(inputTokensOf(task) * cautiousFactor),
      output: task.request.parameters?.maxOutputTokens ?? outputTokensMost,
      cacheRead: 0,
    },
    price,
  )
}

/** The one currency in which all of these are priced; null: not all have a price, or they differ. */
export function commonCurrency(
  priceOf: PriceOf,
  asked: readonly { readonly model: string; readonly route: string }[],
): string | null {
  const currencies = new Set(
    asked.map(({ model, route }) => {
      const price = priceOf(model, route)
      const isWhole = price?.inputPerMillion !== undefined && price.outputPerMillion !== undefined
      return isWhole ? price.currency : null
    }),
  )
  const [only] = currencies
  return currencies.size === 1 ? (only ?? null) : null
}
