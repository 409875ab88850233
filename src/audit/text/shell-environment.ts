import type { Resolver } from '../../catalogue/index.ts'
import type { EnvironmentFact, UseFact } from '../fact.ts'
import { useFact } from '../use-fact.ts'
import type { PreparedText } from './prepared-text.ts'
import { textLimits } from './limits.ts'
import { writtenValue } from './written-value.ts'

/** Variables that say which model, over which route: by name, whatever the value. */
const tellingName =
  /MODEL|LLM|BASE_URL|API_BASE|API_URL|ENDPOINT|DEPLOYMENT|ENGINE|PROVIDER|USE_(?:BEDROCK|VERTEX|FOUNDRY)|AWS_(?:DEFAULT_)?REGION|CLOUD_ML_REGION|GOOGLE_CLOUD_LOCATION/i

const assignment =
  /(?:^|[\s;&|("'`])(?:export\s+|readonly\s+|local\s+|declare\s+(?:-\w+\s+)?|set\s+(?:-\w+\s+)?|setx\s+|ENV\s+|ARG\s+|-e\s+|--env[ =]|--build-arg[ =]|\$env:)?([A-Za-z_]\w{1,80})\s?[:?]?=\s?("[^"\n]{0,400}"|'[^'\n]{0,400}'|[^\s"'`;|&()][^\s"'`;|&)]{0,399})/g
const expansionWithDefault = /\$\{([A-Za-z_]\w{1,80}):?[-=]([^}\n]{1,300})\}/g

/** `export X=…`, `X=… command`, `${X:-default}` in scripts: what deployment or a person gives to a variable. */
export function environmentFacts(
  text: PreparedText,
  resolver: Resolver,
): readonly EnvironmentFact[] {
  if (text.kind !== 'script') return []
  const facts: EnvironmentFact[] = []
  for (const [regex, origin] of [
    [assignment, 'shell'],
    [expansionWithDefault, 'shell'],
  ] as const) {
    const search = new RegExp(regex.source, regex.flags)
    for (let count = 0; count < textLimits.matchesPerRuleMax; count += 1) {
      const match = search.exec(text.content)
      if (match === null) break
      const [whole, variable = '', written = ''] = match
      // The blank that ends one assignment begins the next.
      search.lastIndex = match.index + Math.max(1, whole.length - 1)
      const offset =
        match.index + whole.length - written.length - (regex === expansionWithDefault ? 1 : 0)
      if (text.comments.holds(match.index + whole.length - 1)) continue
      const value = writtenValue(written, text.lines.place(text.path, offset))
      const tells =
        tellingName.test(variable) ||
        (value.kind === 'literal' && resolver.looksLikeModel(value.text))
      if (!tells || refersToItself(value, variable)) continue
      facts.push({
        kind: 'environment',
        place: value.place,
        detector: 'generic/shell-variable',
        symbol: '',
        variable,
        value,
        scope: null,
        origin,
      })
    }
  }
  return facts
}

/** Models that scripts fall back to, `${1:-claude-…}` and `${MODEL:=claude-…}`: declared, whatever the name. */
export function expansionDefaults(text: PreparedText, resolver: Resolver): readonly UseFact[] {
  if (text.kind !== 'script' && text.kind !== 'data') return []
  const facts: UseFact[] = []
  for (const match of text.content.matchAll(/\$\{\w{1,80}:?[-=]([^}\n]{1,300})\}/g)) {
    if (facts.length >= textLimits.matchesPerRuleMax) break
    const [whole, written = ''] = match
    const offset = match.index + whole.length - written.length - 1
    if (text.comments.holds(offset)) continue
    const value = writtenValue(written, text.lines.place(text.path, offset))
    if (value.kind !== 'literal' || !resolver.looksLikeModel(value.text)) continue
    facts.push(
      useFact({
        place: value.place,
        detector: 'generic/shell-default',
        symbol: '',
        method: 'pattern',
        model: value,
        role: 'declare',
      }),
    )
  }
  return facts
}

/** `X="${X:-default}"` gives X nothing but the default, which is found by itself. */
function refersToItself(value: EnvironmentFact['value'], variable: string): boolean {
  return value.kind === 'environment' && value.variable === variable
}
