/** What the name of a key says of its value. */

/** Without case, `-`, `_`, spaces and dots: `foundation_model`, `FoundationModel` and `foundation-model` are one. */
export function bareKey(key: string): string {
  return key.replace(/[-_\s.]/g, '').toLowerCase()
}

/** A key at which a model stands: `model`, `modelId`, `reviewer_model`, `deployment_name`, `engine`. */
export function isModelKey(key: string): boolean {
  const bare = bareKey(key)
  return (
    /(?:^|[a-z0-9])(?:model|modelid|modelname|modelarn|modelidentifier|modelslug|modelref|modelkey|modelpath|modeluri|modelversionid)$/.test(
      bare,
    ) ||
    /^(?:llm|llmname|engine|llmengine|enginename|deployment|deploymentname|deploymentid|azuredeployment|chatdeployment|embeddingdeployment|copyfrom|foundationmodelid)$/.test(
      bare,
    ) ||
    /(?:deploymentname|deploymentid|foundationmodel|inferenceprofile|inferenceprofileid|inferenceprofilearn)$/.test(
      bare,
    ) ||
    isModelVariable(key)
  )
}

/** A key that plainly speaks of a model of an AI service, not of a car or a database table. */
export function isPlainModelKey(key: string): boolean {
  return /^(?:model|modelid|modelname|llm|llmmodel|llmmodelname|aimodel|foundationmodel|chatmodel|embeddingmodel|openaimodel|anthropicmodel|claudemodel|geminimodel|bedrockmodelid|deploymentname|azuredeployment|defaultmodel|smallmodel|fallbackmodel|reviewmodel)$/.test(
    bareKey(key),
  )
}

/** An environment variable that may name a model or lead to one. */
export function isModelVariable(name: string): boolean {
  return (
    /^[A-Z][A-Z0-9_]*$/.test(name) &&
    /(?:^|_)(?:MODELS?|LLM|ENGINE|DEPLOYMENT)(?:_|$)|MODEL$|MODEL_?(?:ID|NAME|ARN)$/.test(name)
  )
}

/** A variable or setting whose value matters for the route: address, provider, switch. */
export function isRouteKey(key: string): boolean {
  const bare = bareKey(key)
  return (
    /(?:baseurl|apibase|endpoint|endpointurl|apiurl|llmprovider|modelprovider|aiprovider|inferenceprovider)$/.test(
      bare,
    ) ||
    /(?:usebedrock|usevertex|usefoundry|usevertexai|usemantle|skipbedrockauth)$/.test(bare) ||
    /(?:anthropic|openai|claude|gemini|bedrock|vertex|azureopenai|litellm|mistral|groq|openrouter)/.test(
      bare,
    ) ||
    bare === 'provider'
  )
}

/** A list of what may be chosen, not of what is used. */
export function isChoiceListKey(key: string): boolean {
  const bare = bareKey(key)
  return (
    /^(?:models|enum|options|choices|oneof|anyof|whitelist|allowlist|allowed|supported|available|permitted|presets|catalog|catalogue|enums|values|knownmodels|aliases)$/.test(
      bare,
    ) ||
    /^(?:allowed|supported|available|permitted|valid|selectable|known|enabled|all|approved|blocked|denied|forbidden|banned)[a-z]*(?:models?|llms?|engines?|values|ids|list)$/.test(
      bare,
    ) ||
    /(?:modelsallowed|modelwhitelist|modelallowlist|modeloptions|modelchoices|modelids|allowedvalues|modelnames)$/.test(
      bare,
    )
  )
}

/** A number beside a model that makes the row a price or limit table. How much may be spent is a setting of the work. */
export function isMeasureKey(key: string): boolean {
  const bare = bareKey(key)
  if (
    /(?:cost|price|spend)[a-z]*(?:limit|cap|budget|max)|(?:limit|max|budget)[a-z]*(?:cost|price|spend)/.test(
      bare,
    )
  )
    return false
  return /cost|price|pricing|per(?:million|1k|token|mtok)|(?:input|output|max|context|prompt|completion|total)[a-z]*tokens?|contextwindow|contextlength|tokenlimit|ratelimit|\b(?:rpm|tpm)\b/.test(
    bare,
  )
}

/** A key that holds a sentence or a prompt. */
export function isProseKey(key: string): boolean {
  return /^(?:description|summary|title|comment|comments|note|notes|text|message|help|helptext|prompt|system|systemprompt|instructions?|doc|docs|documentation|changelog|readme|body|content|placeholder|tooltip|label|tags?|keywords|changes|release|releasenotes|author|license|homepage|question|answer|expected|rationale|reason)$/.test(
    bareKey(key),
  )
}

/** A key whose text is run by a shell or started as a process. */
export function isCommandKey(key: string): boolean {
  return /^(?:run|script|scripts|command|commands|cmd|args|arguments|entrypoint|entry|shell|bash|exec|inlinescript|beforescript|afterscript|claudeargs|codexargs|cmds|install|build|postcreatecommand|poststartcommand|test|start|dev|prestart|predeploy|postinstall|healthcheck)$/.test(
    bareKey(key),
  )
}
