import { castle } from './castle.ts'
import type { Importer } from './importer.ts'
import { inspect } from './inspect.ts'
import { langfuse } from './langfuse.ts'
import { langsmith } from './langsmith.ts'
import { openaiEvals } from './openai-evals.ts'
import { ossfCve } from './ossf-cve.ts'
import { otelGenai } from './otel-genai.ts'
import { plainRows } from './plain-rows.ts'
import { promptfoo } from './promptfoo.ts'
import { xstest } from './xstest.ts'

/** Every importer, in the order in which a file is looked at; plain rows fit nearly anything and come last. */
export const importers: readonly Importer[] = [
  castle,
  inspect,
  langfuse,
  langsmith,
  openaiEvals,
  ossfCve,
  otelGenai,
  promptfoo,
  xstest,
  plainRows,
]
