import type { Language } from '../../schema/detector.ts'
import type { DefinitionFact, SettingFact } from '../fact.ts'
import type { CodeCall } from './code-unit.ts'
import { dottedPath, lastSegment, withoutLastSegment } from './path-text.ts'
import { settingKey } from './subscript-value.ts'

/** What only one language says in this way. */

/** Rust: `impl Default for Settings { fn default() -> Self { Self { model: "…" } } }` gives fields their values. */
export function ownFieldDefaults(call: CodeCall, language: Language): readonly DefinitionFact[] {
  if (language !== 'rust') return []
  const owner = withoutLastSegment(call.symbol)
  if (owner === '' || (call.callee !== 'Self' && call.callee !== lastSegment(owner))) return []
  return call.arguments
    .filter(({ name, value }) => /^[A-Za-z_]\w*$/.test(name) && value.kind !== 'unknown')
    .map(({ name, value }) => ({
      kind: 'definition',
      place: value.place,
      detector: 'generic/code-definition',
      symbol: call.symbol,
      name: `${owner}.${name}`,
      form: 'field-default',
      value,
    }))
}

/** Elixir: `config :app, model: "…"` is what `Application.get_env(:app, :model)` reads. */
export function applicationSettings(call: CodeCall, language: Language): readonly SettingFact[] {
  if (language !== 'elixir' || dottedPath(call.callee) !== 'config') return []
  const path = call.arguments
    .filter(({ name }) => /^\d+$/.test(name))
    .flatMap(({ value }) =>
      value.kind === 'literal' ? [value.text] : value.kind === 'name' ? [value.name] : [],
    )
  if (path.length === 0) return []
  return call.arguments
    .filter(({ name, value }) => !/^[\d*]/.test(name) && value.kind !== 'unknown')
    .map(({ name, value }) => ({
      kind: 'setting',
      place: value.place,
      detector: 'generic/code-setting',
      symbol: call.symbol,
      key: settingKey([...path, name].join('.')),
      value,
      scope: null,
    }))
}
