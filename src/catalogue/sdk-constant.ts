import type { Resolution, ResolutionHint, Resolver } from './resolution.ts'

/** `anthropic.`, `Model.`, `openai.ChatModel.`: all but the last member. */
const owner = /^(?:[A-Za-z_$][\w$]*(?:\.|::))+/

/** What generators put before the model: Go `ModelClaude…`, `ChatModelGPT4o`, go-openai's bare `GPT4o`. */
const leadWords =
  /^(?:k?(?:anthropic|openai|google|amazon|meta|mistral(?:_?ai)?|cohere|ai21(?:_?labs)?|stability(?:_?ai)?)(?:_|(?=[A-Z]))|(?:chat|responses|embedding|embeddings|image|audio|speech|beta|text|completion)?_?models?_?(?:id|name)?_?(?=[a-z0-9]))/i

/** Revision that Bedrock ids end with, in CDK constants: `_V1_0`, `_V1`. */
const revision = /_V\d(?:_\d)?$/i

const camelBorder = /([a-z0-9])([A-Z])/g

/**
 * Turns the name of a constant in a vendor's SDK into the spelling of the model that it stands for:
 * `anthropic.ModelClaudeSonnet4_5` → `claude-sonnet-4-5`, `openai.GPT3Dot5Turbo` → `gpt-3.5-turbo`,
 * `FoundationModelIdentifier.ANTHROPIC_CLAUDE_3_5_SONNET_20240620_V1_0` → `claude-3-5-sonnet-20240620`.
 */
export function constantSpelling(name: string): string {
  return spelling(name.trim().slice(0, 200).replace(owner, '').replace(revision, ''))
}

/** Go writes `GPT4Turbo`, C# `Gpt4o`. */
const joinedVersion = /^(gpt|claude|gemini|llama|grok|gemma|glm)(?=\d)/

function spelling(member: string): string {
  let text = member
  for (let count = 0; count < 3; count += 1) {
    const shorter = text.replace(leadWords, '')
    if (shorter === text || shorter === '') break
    text = shorter
  }
  return text
    .replace(/(\d)Dot(?=\d)/g, '$1.')
    .replace(camelBorder, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()
    .replace(joinedVersion, '$1-')
}

/**
 * The meaning of an SDK constant. `sdk` is the provider that the SDK belongs to, where the caller knows it.
 * Total; a name that is no model's is `unknown`.
 */
export function resolveConstant(
  resolver: Resolver,
  name: string,
  hint: ResolutionHint = {},
): Resolution {
  const found = resolver.resolve(constantSpelling(name), hint)
  if (found.kind !== 'unknown' && found.kind !== 'family') return found
  const whole = resolver.resolve(spelling(name.trim().slice(0, 200).replace(owner, '')), hint)
  return whole.kind === 'unknown' ? found : whole
}
