import { anthropicUsage } from './anthropic-usage.ts'
import { bedrockInvocationLog } from './bedrock-invocation-log.ts'
import { cloudtrail } from './cloudtrail.ts'
import { litellmSpendLog } from './litellm-spend-log.ts'
import { openaiUsage } from './openai-usage.ts'
import { otelGenai } from './otel-genai.ts'
import { portkeyLog } from './portkey-log.ts'
import type { UsageSource } from './usage-source.ts'

/** Every kind of export, by id. Each tells its own entries from all others. */
export const usageSources: readonly UsageSource[] = [
  anthropicUsage,
  bedrockInvocationLog,
  cloudtrail,
  litellmSpendLog,
  openaiUsage,
  otelGenai,
  portkeyLog,
]
