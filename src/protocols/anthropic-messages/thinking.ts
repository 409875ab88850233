import type { JsonObject, ModelRequest } from '../exchange.ts'
import { present } from '../present.ts'

/** The smallest budget for thoughts that is accepted. */
const budgetTokensMin = 1024

/** How Anthropic's models are told to think, here and on Bedrock, when the request comes from another protocol. */
export function writeThinking(request: ModelRequest): JsonObject | undefined {
  const { reasoning, toolChoice } = request
  if (reasoning === undefined || saysOnlyEffort(request)) return undefined
  if (!reasoning.isOn) return { type: 'disabled' }
  // To think is refused where a tool is forced; the effort says the same without.
  if (toolChoice?.kind === 'required' || toolChoice?.kind === 'tool') return undefined
  const display = displayOf(reasoning.summary)
  const { budgetTokens } = reasoning
  return budgetTokens === undefined
    ? present({ type: 'adaptive', display })
    : present({
        type: 'enabled',
        budget_tokens: Math.max(budgetTokens, budgetTokensMin),
        display,
      })
}

/** Elsewhere summaries come in several lengths; here they are shown or not. */
function displayOf(summary: string | undefined): string | undefined {
  if (summary === undefined) return undefined
  return summary === 'none' || summary === 'omitted' ? 'omitted' : 'summarized'
}

/** In Anthropic's own words effort alone does not switch thinking on. */
function saysOnlyEffort({ protocol, reasoning }: ModelRequest): boolean {
  return protocol === 'anthropic-messages' && reasoning?.extra === undefined
}
