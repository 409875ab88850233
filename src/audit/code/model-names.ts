import { foldName } from './interest.ts'

const modelName =
  /(?:^|.)(?:model|modelid|modelname|modelslug|modelkey|modelstring|modelidentifier|modelarn|modeluri|deployment|deploymentname|deploymentid|azuredeployment|engine|llm|llmid|llmname)$/
const otherModels =
  /(?:response|data|view|base|user|output|input|pydantic|orm|db|form|domain|serializer|django|sql|table|auth|entity|request|state|world|threat|cost|pricing|event|json|schema|search|template|render|query|sqlalchemy|storage|cad|car|device|vehicle|hardware)model(?:id|name)?$/

/** Whether an argument, field or key of this name holds the name of a language model. */
export function isModelName(name: string): boolean {
  const folded = foldName(name)
  return (
    modelName.test(folded) &&
    !otherModels.test(folded) &&
    !/(?:template|search|db|database|sql|rules?|query|rendering|game|physics)engine$/.test(folded)
  )
}

/** Callees that talk about a model instead of calling one. */
const speaking =
  /(?:^|[._])(?:log|logger|logging|print|println|printf|puts|warn|warning|info|debug|error|trace|fatal|emit|track|capture|record|metric|metrics|counter|gauge|histogram|span|set_?attributes?|setAttributes?|setTag|set_tag|isinstance|hasattr|getattr|setattr|raise|throw|Error|Exception|describe|it|test|expect|assert\w*|t|i18n|translate|Printf|Println|Errorf|Sprintf|format|write|writeln|echo|console|fail|skip|parametrize)$/i

const speakingBase =
  /(?:^|\.)(?:log|logger|logging|console|metrics?|tracer|span|analytics|posthog|statsd|sentry|Log|Logger|slog|tracing)\./

export function speaks(callee: string): boolean {
  return speaking.test(callee) || speakingBase.test(callee)
}

/** Callees that measure a model's use or look its data up, and call none. */
const measuring =
  /(?:cost|price|pricing|tokens?|tokenizer|encoding|limits?|context_?(?:window|length|size)|capabilit(?:y|ies)|usage|budget|dimensions?|label|display_?name|icon)(?:_?(?:for|of|from)_?\w*)?$|^(?:.*\.)?(?:estimate|count|calculate|calc|compute)_?\w*(?:cost|tokens?|price)|(?:supports|is|has)_?[A-Z_]\w*$/i

export function measures(callee: string): boolean {
  return measuring.test(callee)
}

/** Callees whose name says that a request to a model is made. */
const requesting =
  /complet|chat|generat|messages|invoke|embed|responses|infer|transcri|speech|image|create|query|predict|stream|converse|\bask|prompt|request|post|fetch|send/i

export function requests(callee: string): boolean {
  return requesting.test(callee)
}

/** Callees that write an object down or keep it; a request is only what has the fields of one. */
const recording =
  /(?:^|\.)(?:dumps?|stringify|append|push|extend|insert|insertMany|update|upsert|assign|add|write\w*|save\w*|to_json|toJson|json|jsonify|Marshal\w*|Response|NextResponse|Object|map|filter|sort|find)$/

/** Callees that say what a test expects. */
const asserting =
  /(?:^|\.)(?:expect|assert)\.|\.to(?:Equal|StrictEqual|MatchObject|Be|Contain|ContainEqual|HaveBeen(?:Last|Nth)?CalledWith)$/

export function records(callee: string): boolean {
  return recording.test(callee) || asserting.test(callee)
}

export const requestField =
  /["'`]?\b(?:messages|prompt|contents|inputText|anthropic_version|input)\b["'`]?\s*(?::|=>|=|,|\})/
