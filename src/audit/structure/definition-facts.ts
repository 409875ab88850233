import type { DefinitionFact, DefinitionForm, Fact, Value } from '../fact.ts'
import { environmentEntriesAt, isSecretName, scopeAt } from './environment-entries.ts'
import { literalsIn, referencesIn } from './expression-value.ts'
import { scopeOfWord } from './file-traits.ts'
import { isModelKey, isRouteKey } from './key-names.ts'
import { symbolOf } from './near-words.ts'
import { keysOf, type Located, selectFrom } from './select.ts'
import { isModelText, placeIn, type StructureReading, valueAt } from './structure-reading.ts'

/** Names that other places refer to: Terraform variables and locals, inputs, parameters, matrices, settings. */
export function definitionFacts(
  start: Located,
  nodes: readonly Located[],
  reading: StructureReading,
): readonly Fact[] {
  switch (reading.origin) {
    case 'terraform':
      return terraformFacts(start, nodes, reading)
    case 'bicep':
      return named(
        start,
        reading,
        ['param.*', 'var.*'],
        'option-default',
        (at) => `bicep.${at.key ?? ''}`,
      )
    case 'actions':
    case 'gitlab':
    case 'azure-pipelines':
    case 'circleci':
      return [...ciFacts(start, reading), ...settingFacts(nodes, reading)]
    case 'cloudformation':
      return named(
        start,
        reading,
        ['Parameters.*.Default'],
        'option-default',
        (at) => at.parent?.key ?? '',
      )
    case 'arm':
      return [
        ...named(
          start,
          reading,
          ['parameters.*.defaultValue', 'parameters.*.value'],
          'option-default',
          (at) => at.parent?.key ?? '',
        ),
        ...named(start, reading, ['variables.*'], 'constant', (at) => `variables.${at.key ?? ''}`),
      ]
    case 'dotenv':
    case 'dockerfile':
      return []
    case 'ansible':
    case 'compose':
    case 'configuration':
    case 'devcontainer':
    case 'helm':
    case 'kubernetes':
    case 'kustomize':
    case 'platform':
    case 'pulumi':
    case 'serverless':
    case 'settings':
    case 'spring':
      return settingFacts(nodes, reading)
  }
}

function named(
  start: Located,
  reading: StructureReading,
  paths: readonly string[],
  form: DefinitionForm,
  nameOf: (at: Located) => string,
): readonly DefinitionFact[] {
  return paths.flatMap((path) =>
    selectFrom(start, path).flatMap((at) =>
      leaves(at, nameOf(at)).flatMap((leaf) => definition(leaf, form, reading)),
    ),
  )
}

interface NamedLeaf {
  readonly name: string
  readonly at: Located
}

/** A map's entries under their own names (`var.models.fast`), items of a list under the list's. */
function leaves(at: Located, name: string, depth = 0): readonly NamedLeaf[] {
  if (depth > 4) return []
  return selectFrom(at, '*').length === 0
    ? [{ name, at }]
    : selectFrom(at, '*').flatMap((child) =>
        leaves(child, child.entry === null ? name : `${name}.${child.key ?? ''}`, depth + 1),
      )
}

function definition(
  leaf: NamedLeaf,
  form: DefinitionForm,
  reading: StructureReading,
): readonly DefinitionFact[] {
  const value = valueAt(leaf.at.node, reading)
  if (value === null || !isTelling(leaf.name, value, reading)) return []
  return [
    {
      kind: 'definition',
      place: placeIn(reading, leaf.at.node),
      detector: 'generic/definition',
      symbol: symbolOf(leaf.at),
      name: leaf.name,
      form,
      value,
    },
  ]
}

function isTelling(name: string, value: Value, reading: StructureReading): boolean {
  if (name.split('.').some(isSecretName)) return false
  if (value.kind === 'literal' && /^(?:true|false|null|none|[\d.]*)$/i.test(value.text))
    return false
  const key = name.slice(name.lastIndexOf('.') + 1)
  if (isModelKey(key) || isRouteKey(key) || /model|llm|region|endpoint/i.test(key)) return true
  if (literalsIn(value).some((one) => isModelText(one.text, reading.resolver))) return true
  return (
    value.kind !== 'literal' &&
    referencesIn(value).some((one) => /model|llm|engine|deployment|var\.|local\./i.test(one))
  )
}

/**
 * Terraform: a variable is what `TF_VAR_name` or a tfvars file gives it, else its default. So `var.x` is defined as
 * a read of `TF_VAR_x`, and every tfvars file is an environment of its own with the scope that its path tells.
 */
function terraformFacts(
  start: Located,
  nodes: readonly Located[],
  reading: StructureReading,
): readonly Fact[] {
  if (/\.tfvars(?:\.json)?(?:\.\w+)?$/.test(reading.path)) return tfvarsFacts(start, reading)
  const variables = selectFrom(start, 'variable.*').flatMap((at) => variableFacts(at, reading))
  const locals = named(start, reading, ['locals.*'], 'constant', (at) => `local.${at.key ?? ''}`)
  const inputs = named(start, reading, ['inputs.*'], 'constant', (at) => `var.${at.key ?? ''}`)
  const outputs = named(
    start,
    reading,
    ['output.*.value'],
    'return',
    (at) => `output.${at.parent?.key ?? ''}`,
  )
  const attributes = nodes.flatMap((at): readonly DefinitionFact[] => {
    const keys = keysOf(at)
    const [kind, type = '', name = '', ...rest] = keys
    if ((kind !== 'resource' && kind !== 'data') || rest.length === 0 || at.node.kind !== 'scalar')
      return []
    if (!isModelKey(rest.at(-1) ?? '') && !isModelText(at.node.text, reading.resolver)) return []
    const head = kind === 'data' ? `data.${type}.${name}` : `${type}.${name}`
    return [rest.join('.'), ...handlesOf(type, rest)].flatMap((attribute) =>
      definition({ name: `${head}.${attribute}`, at }, 'field-default', reading),
    )
  })
  return [...variables, ...locals, ...inputs, ...outputs, ...attributes]
}

/** Attributes of Bedrock resources that stand for the model they were made from. */
function handlesOf(type: string, path: readonly string[]): readonly string[] {
  const attribute = path.at(-1) ?? ''
  const isSource =
    /^(?:model_id|copy_from|inference_profile_id|model_arn|base_model_identifier)$/.test(attribute)
  if (!type.startsWith('aws_bedrock') || !isSource) return []
  const handles = ['arn', 'model_arn', 'inference_profile_arn', 'provisioned_model_arn', 'model_id']
  return handles.filter((handle) => handle !== attribute)
}

function variableFacts(at: Located, reading: StructureReading): readonly DefinitionFact[] {
  const name = `var.${at.key ?? ''}`
  const [given] = selectFrom(at, 'default')
  if (given !== undefined && given.node.kind !== 'scalar') {
    return leaves(given, name).flatMap((leaf) => definition(leaf, 'option-default', reading))
  }
  const fallback = given === undefined ? null : valueAt(given.node, reading)
  const place = placeIn(reading, given?.node ?? at.entry ?? at.node)
  const value: Value = {
    kind: 'environment',
    variable: `TF_VAR_${at.key ?? ''}`,
    fallback: isNull(fallback) ? null : fallback,
    place,
  }
  if (!isTelling(name, fallback ?? value, reading)) return []
  return [
    {
      kind: 'definition',
      place,
      detector: 'generic/terraform-variable',
      symbol: name,
      name,
      form: 'constant',
      value,
    },
  ]
}

function isNull(value: Value | null): boolean {
  return value?.kind === 'literal' && /^(?:null|)$/.test(value.text)
}

function tfvarsFacts(start: Located, reading: StructureReading): readonly Fact[] {
  return selectFrom(start, '*').flatMap((at): readonly Fact[] => {
    const name = at.key ?? ''
    if (at.node.kind !== 'scalar') {
      return leaves(at, `var.${name}`).flatMap((leaf) => definition(leaf, 'constant', reading))
    }
    const value = valueAt(at.node, reading)
    if (value === null || !isTelling(name, value, reading)) return []
    return [
      {
        kind: 'environment',
        place: placeIn(reading, at.node),
        detector: 'generic/terraform-variable',
        symbol: name,
        variable: `TF_VAR_${name}`,
        value,
        scope: reading.scope,
        origin: 'terraform',
      },
    ]
  })
}

function ciFacts(start: Located, reading: StructureReading): readonly Fact[] {
  const inputs = named(
    start,
    reading,
    [
      'on.workflow_call.inputs.*.default',
      'on.workflow_dispatch.inputs.*.default',
      'true.workflow_call.inputs.*.default',
      'true.workflow_dispatch.inputs.*.default',
      'inputs.*.default',
      'spec.inputs.*.default',
      'parameters.*.default',
      'jobs.*.parameters.*.default',
      'commands.*.parameters.*.default',
    ],
    'option-default',
    (at) => at.parent?.key ?? '',
  )
  const listed = selectFrom(start, 'parameters.*').flatMap((at): readonly Fact[] => {
    const [name] = selectFrom(at, 'name')
    const [given] = selectFrom(at, 'default')
    if (name?.node.kind !== 'scalar' || given === undefined) return []
    return definition({ name: name.node.text, at: given }, 'option-default', reading)
  })
  const matrices = named(
    start,
    reading,
    ['jobs.*.strategy.matrix.*', 'jobs.*.strategy.matrix.include.*.*'],
    'constant',
    (at) => `matrix.${at.key ?? ''}`,
  )
  return [...inputs, ...listed, ...matrices]
}

/** Values that code, charts and other files read by a path; each also as a definition under that path. */
function settingFacts(nodes: readonly Located[], reading: StructureReading): readonly Fact[] {
  const profile = springProfile(nodes)
  return nodes.flatMap((at): readonly Fact[] => {
    if (at.node.kind !== 'scalar' || at.key === null) return []
    const key = addedSetting(at) ?? settingKey(at, reading)
    if (key === null) return []
    const value = valueAt(at.node, reading)
    if (value === null || !isTelling(key, value, reading)) return []
    const shared = {
      place: placeIn(reading, at.node),
      detector: 'generic/setting',
      symbol: symbolOf(at),
    }
    const setting: Fact = {
      ...shared,
      kind: 'setting',
      key: key.toLowerCase(),
      value,
      scope: profile ?? scopeAt(at, reading),
    }
    if (!isConfiguration(reading) || environmentEntriesAt(at, reading).length > 0) return [setting]
    const isModel = literalsIn(value).some((one) => isModelText(one.text, reading.resolver))
    if (!isModel) return [setting]
    return [
      setting,
      {
        ...shared,
        kind: 'definition',
        name: keysOf(at).filter(isName).join('.'),
        form: 'map-entry',
        value,
      },
    ]
  })
}

/** `<add key="Model" value="…"/>` of .NET: the key is written as a value. */
function addedSetting(at: Located): string | null {
  if (at.key !== 'value' || at.parent === null || at.parent.node.kind !== 'map') return null
  const key = at.parent.node.entries.find((one) => one.key === 'key')?.value
  return at.parent.key === 'add' && key?.kind === 'scalar' ? key.text.replaceAll(':', '.') : null
}

/** Files that a program loads; manifests of a platform are read by that platform alone. */
function isConfiguration(reading: StructureReading): boolean {
  return reading.origin === 'configuration' || reading.origin === 'settings'
}

function isName(key: string): boolean {
  return !/^\d+$/.test(key)
}

function settingKey(at: Located, reading: StructureReading): string | null {
  const keys = keysOf(at)
  switch (reading.origin) {
    case 'helm':
      return `values.${keys.filter(isName).join('.')}`
    case 'kubernetes': {
      const map = configMapOf(at)
      if (map !== null && keys.length === 2 && keys[0] === 'data')
        return `configmap.${map}.${keys[1] ?? ''}`
      // HelmRelease and Argo CD applications carry values of a chart.
      const values = keys.findIndex((key) => key === 'values' || key === 'valuesObject')
      return values === -1 || values === keys.length - 1
        ? null
        : keys
            .slice(values)
            .join('.')
            .replace(/^valuesObject/, 'values')
    }
    case 'kustomize':
    case 'compose':
    case 'devcontainer':
    case 'actions':
    case 'gitlab':
    case 'azure-pipelines':
    case 'circleci':
      return null
    case 'pulumi':
      return keys
        .filter(isName)
        .join('.')
        .replace(/^config\./, '')
        .replaceAll(':', '.')
    case 'ansible':
    case 'configuration':
    case 'platform':
    case 'serverless':
    case 'settings':
    case 'spring':
    case 'arm':
    case 'bicep':
    case 'cloudformation':
    case 'dockerfile':
    case 'dotenv':
    case 'terraform':
      return keys.filter(isName).join('.').replaceAll(':', '.').replaceAll('__', '.')
  }
}

function configMapOf(at: Located): string | null {
  const root = rootOf(at)
  const text = (path: string): string => {
    const [found] = selectFrom(root, path)
    return found?.node.kind === 'scalar' ? found.node.text : ''
  }
  return text('kind') === 'ConfigMap' ? text('metadata.name') : null
}

function rootOf(at: Located): Located {
  let one = at
  while (one.parent !== null) one = one.parent
  return one
}

/** Spring: a document holds for the profile it names. */
function springProfile(nodes: readonly Located[]): string | null {
  const [first] = nodes
  if (first === undefined) return null
  const root: Located = rootOf(first)
  for (const path of [
    'spring.config.activate.on-profile',
    '"spring.config.activate.on-profile"',
    'spring.profiles',
  ]) {
    const [found] = selectFrom(root, path)
    if (found?.node.kind === 'scalar') return scopeOfWord(found.node.text) ?? found.node.text
  }
  return null
}
