/**
 * Bedrock serves models of many makers, and what a model takes beside the common fields is its maker's own. Ids and
 * ARNs name the maker, as in `us.anthropic.claude-…`; those of one's own inference profiles do not.
 */
export function isAnthropicModel(model: string): boolean {
  return model.includes('anthropic.')
}
