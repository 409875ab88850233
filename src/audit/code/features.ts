import type { Feature } from '../../schema/vocabulary.ts'

/** Words in and around a call that tie it to one vendor's interface (Holdfast research notes, migration hardness). */
const tokens: readonly (readonly [Feature, RegExp])[] = [
  [
    'tools',
    /\btools\b["']?\s*(?:=|:|=>)|tool_choice|toolChoice|input_schema|inputSchema|toolConfig|tool_config|bind_tools|\bfunctions\s*[=:]/,
  ],
  ['prompt-caching', /cache_control|cacheControl|cachePoint|prompt_cache/],
  [
    'thinking',
    /\bthinking\b|budget_tokens|budgetTokens|reasoning_effort|reasoningEffort|\beffort\b["']?\s*[=:]|thinkingConfig|thinking_config/,
  ],
  ['computer-use', /computer_20\d|bash_20\d|text_editor_20\d|computer_use|computer-use/],
  ['files', /\bfiles\.(?:create|upload)|\bfile_id\b|\bfileId\b/],
  ['batches', /\bbatches\b|\bbatch_?create\b/],
  [
    'structured-output',
    /response_format|responseFormat|json_schema|jsonSchema|\bstrict\b["']?\s*[=:]|output_config|generateObject|with_structured_output|withStructuredOutput|response_model|responseSchema|response_schema/,
  ],
  ['citations', /\bcitations\b/],
  ['context-management', /context_management|contextManagement/],
  ['mcp', /mcp_servers|mcpServers|\bmcp\b/],
  ['code-execution', /code_execution|codeExecution|\bcontainer\b["']?\s*[=:]|code_interpreter/],
  ['web-search', /web_search|webSearch|google_search|googleSearch/],
  ['beta-header', /anthropic-beta|\bbetas\b["']?\s*[=:]|\.beta\./],
  ['stored-responses', /previous_response_id|previousResponseId/],
  ['assistants', /\bassistants\b|\bthreads\.|vector_stores|vectorStores/],
  ['realtime', /\brealtime\b|RealtimeClient/],
  ['cached-content', /cachedContent|cached_content/],
  ['safety-settings', /safety_settings|safetySettings/],
  ['fine-tuned', /\bft:[a-z]|fine_tun|fineTun/],
  [
    'embeddings',
    /embeddings?\.create|embed_content|embedContent|embed_query|embed_documents|embedMany|\bembed\(/,
  ],
  ['prefill', /["']?role["']?\s*[:=]\s*["']assistant["'][^{}]{0,400}\}\s*,?\s*\]/],
  ['refusal-handling', /stop_reason|stopReason|\brefusal\b|finish_reason|finishReason/],
  ['token-counting', /count_tokens|countTokens/],
  ['guardrails', /guardrail/i],
  ['provisioned-throughput', /provisioned[-_]?(?:throughput|model)/i],
  ['vision', /image_url|imageUrl|["']image["']|input_image|inlineData|inline_data|media_type/],
  [
    'streaming',
    /\bstream(?:ing)?\b["']?\s*(?:=|:|=>)\s*(?:True|true)|\.stream\(|streamText|_stream\(|streamChat/,
  ],
]

/** Features that a text shows, in the order of the vocabulary. */
export function readFeatures(text: string): Feature[] {
  return tokens.filter(([, pattern]) => pattern.test(text)).map(([feature]) => feature)
}
