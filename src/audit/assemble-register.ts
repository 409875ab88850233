import { relative, resolve, sep } from 'node:path'
import { compareText } from '../base/compare.ts'
import type { Resolver } from '../catalogue/index.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Credential, Dependency, Question, Register } from '../schema/register.ts'
import type { FileContext } from '../schema/vocabulary.ts'
import { buildDependencies } from './build-dependencies.ts'
import type { Fact } from './fact.ts'
import type { SourceTree } from './files/source-tree.ts'
import { fallbacksOf } from './find-fallbacks.ts'
import { withFallbackLifecycles } from './fallback-lifecycles.ts'
import { findGaps } from './find-gaps.ts'
import { type ConstantLookup, findModels } from './find-models.ts'
import type { Finding } from './finding.ts'
import { listedPlaces } from './listed-models.ts'
import { type ModelFacts, modelFacts } from './model-facts.ts'
import type { OwnerLookup } from './owners/owner-lookup.ts'
import { questionId, questionKind, questionText } from './questions.ts'
import type { ReadOutcome } from './read-facts.ts'
import { buildFactGraph, type FactGraph } from './resolve/fact-graph.ts'
import { type FallbackEvidence, qualifyFallbacks } from './qualify-fallbacks.ts'
import { assignWorkflows, isDependency } from './workflows.ts'

export interface AuditedTree {
  readonly root: string
  readonly tree: SourceTree
  readonly outcome: ReadOutcome
  readonly owners: OwnerLookup
}

export interface AssemblyOptions {
  readonly resolver: Resolver
  readonly catalogue: Catalogue
  readonly constantOf: ConstantLookup
  readonly config: HoldfastConfig | null
  /** The folder of holdfast.yaml, from which `paths` of a workflow may be written. */
  readonly configFolder?: string | undefined
  readonly toolVersion: string
  readonly rules: string
  readonly asOf: string
  /** Once it is aborted what is made is partial: files or owners are missing. */
  readonly signal?: AbortSignal | undefined
  /** What trials found; absent: nothing. */
  readonly evidence?: FallbackEvidence | undefined
}

/** Facts of all trees as one register. Deterministic: everything is in an order of its own. */
export async function assembleRegister(
  audited: readonly AuditedTree[],
  options: AssemblyOptions,
): Promise<Register> {
  const facts = modelFacts(options.catalogue, options.asOf)
  const found: Dependency[] = []
  const credentials: Credential[] = []
  for (const tree of audited) {
    for (const repository of tree.tree.repositories) {
      const files = factsOfRepository(tree, repository.id)
      const dependencies = dependenciesOf(repository.id, files, facts, options)
      found.push(...(await withOwners(dependencies, repository.id, tree.owners)))
      credentials.push(...credentialsOf(repository.id, files))
    }
  }
  const assigned = assignWorkflows(
    found,
    options.config,
    options.resolver,
    repositoryPlaces(audited, options.configFolder),
  )
  const { dependencies, workflows: qualified } = qualifyFallbacks(
    assigned,
    options.config,
    options.evidence ?? { verdicts: [], at: `${options.asOf}T00:00:00.000Z` },
  )
  const workflows = withFallbackLifecycles(qualified, { ...options, models: facts })
  const answers = answersOf(options.config)
  return {
    schemaVersion: 1,
    root: '.',
    partial: options.signal?.aborted === true,
    asOf: options.asOf,
    repositories: audited
      .flatMap(({ tree }) => tree.repositories)
      .toSorted((a, b) => compareText(a.id, b.id)),
    tool: { name: 'holdfast', version: options.toolVersion, rules: options.rules },
    files: {
      seen: sum(audited.map(({ tree }) => tree.files.length + tree.skipped.length)),
      read: sum(audited.map(({ outcome }) => outcome.files.length)),
      skipped: audited
        .flatMap(({ tree, outcome }) => [...tree.skipped, ...outcome.skipped])
        .toSorted((a, b) => compareText(a.path, b.path) || compareText(a.reason, b.reason)),
    },
    dependencies: [...dependencies],
    workflows: [...workflows],
    gaps: [...findGaps({ dependencies, workflows, credentials, config: options.config })],
    questions: questionsOf(dependencies, answers),
    credentials: credentials.toSorted(
      (a, b) =>
        compareText(a.repository, b.repository) ||
        compareText(a.path, b.path) ||
        a.line - b.line ||
        compareText(a.provider, b.provider),
    ),
  }
}

/** Where each repository lies below the folder of holdfast.yaml; '' for one that is that folder or lies elsewhere. */
function repositoryPlaces(
  audited: readonly AuditedTree[],
  configFolder: string | undefined,
): (repository: string) => string {
  const places = new Map<string, string>()
  for (const { root, tree } of audited) {
    for (const repository of tree.repositories) {
      const place = relative(resolve(configFolder ?? '.'), resolve(root, repository.root))
      places.set(repository.id, place.startsWith('..') ? '' : place.replaceAll(sep, '/'))
    }
  }
  return (id) => places.get(id) ?? ''
}

interface RepositoryFacts {
  readonly facts: readonly Fact[]
  readonly contextOf: (path: string) => FileContext
  readonly lineOf: (path: string, line: number) => string
}

function factsOfRepository(audited: AuditedTree, repository: string): RepositoryFacts {
  const files = audited.outcome.files
    .filter(({ file }) => file.repository === repository)
    .toSorted((a, b) => compareText(a.file.path, b.file.path))
  const byPath = new Map(files.map((one) => [one.file.path, one]))
  return {
    facts: files.flatMap((one) => one.facts),
    contextOf: (path) => byPath.get(path)?.context ?? 'production',
    lineOf: (path, line) => byPath.get(path)?.lines.get(line) ?? '',
  }
}

function dependenciesOf(
  repository: string,
  files: RepositoryFacts,
  models: ModelFacts,
  options: AssemblyOptions,
): readonly Dependency[] {
  const graph = buildFactGraph(files.facts)
  const { resolver, constantOf } = options
  const input = {
    repository,
    graph,
    resolver,
    constantOf,
    contextOf: files.contextOf,
    answers: answersOf(options.config),
    date: options.asOf,
    listed: listedPlaces(graph, graph.definitions, (text) => namesModel(text, resolver)),
  }
  const findings = graph.uses.flatMap((use) => findModels(use, input))
  return buildDependencies(findings, {
    resolver,
    snippetOf: files.lineOf,
    featuresOf: (finding) => featuresOf(finding, graph),
    fallbacksOf: (finding) =>
      fallbacksOf(finding, {
        graph,
        resolver,
        constantOf,
        missingFeatures: (one, model) => models.lacks(model, featuresOf(one, graph)),
      }),
    lifecycleOf: models.lifecycleOf,
    isEmbeddingModel: models.isEmbeddingModel,
  })
}

/** A model, or a path to one (`codellama/CodeLlama-34b-Instruct-hf`). */
function namesModel(text: string, resolver: Resolver): boolean {
  if (resolver.looksLikeModel(text)) return true
  return text.includes('/') && !/\s/.test(text) && resolver.findSpellings(text).length > 0
}

/** Features seen at the call, and those of the function around it. */
function featuresOf(finding: Finding, graph: FactGraph) {
  const { symbol, place } = finding.use
  const near = graph
    .featuresIn(place.path)
    .filter((fact) => symbol !== '' && fact.symbol === symbol)
  return [...finding.use.features, ...near.map((fact) => fact.feature)]
}

async function withOwners(
  dependencies: readonly Dependency[],
  repository: string,
  owners: OwnerLookup,
): Promise<readonly Dependency[]> {
  const owned = dependencies.flatMap((dependency) => {
    const [first] = dependency.occurrences
    return isDependency(dependency) && first !== undefined ? [{ dependency, place: first }] : []
  })
  const found = await owners.ownersOf(
    repository,
    owned.map(({ place }) => place),
  )
  const ownersOf = new Map(owned.map(({ dependency }, index) => [dependency, found[index]]))
  return dependencies.map((dependency) => {
    const known = ownersOf.get(dependency)
    return known === undefined
      ? dependency
      : { ...dependency, owners: [...known.owners], ownerSource: known.source }
  })
}

function credentialsOf(repository: string, files: RepositoryFacts): readonly Credential[] {
  const byPlace = new Map<string, Credential>()
  for (const fact of files.facts) {
    if (fact.kind !== 'credential') continue
    const context = files.contextOf(fact.place.path)
    const isNoise = context === 'vendored' || context === 'generated' || context === 'documentation'
    if (isNoise && fact.form === 'reference') continue
    const { path, line } = fact.place
    byPlace.set(`${path}\n${line}\n${fact.provider}\n${fact.form}`, {
      provider: fact.provider,
      form: fact.form,
      name: fact.name,
      repository,
      path,
      line,
    })
  }
  return [...byPlace.values()]
}

function answersOf(config: HoldfastConfig | null) {
  return new Map((config?.answers ?? []).map((answer) => [answer.question, answer]))
}

function questionsOf(
  dependencies: readonly Dependency[],
  answers: ReturnType<typeof answersOf>,
): Question[] {
  const byId = new Map<string, Question>()
  for (const dependency of dependencies) {
    const [first] = dependency.occurrences
    if (first === undefined || !isDependency(dependency)) continue
    const id = dependency.question ?? answeredId(dependency, answers)
    if (id === null) continue
    const kind = questionKind(dependency)
    const before = byId.get(id)
    byId.set(id, {
      id,
      text:
        before?.text ??
        questionText(kind, dependency.modelAsWritten, `${first.path}:${first.line}`),
      kind: before?.kind ?? kind,
      subject: dependency.modelAsWritten,
      dependencies: [...(before?.dependencies ?? []), dependency.id],
      answer: answers.get(id)?.model ?? null,
    })
  }
  return [...byId.values()].toSorted((a, b) => compareText(a.id, b.id))
}

/** An answered question stays listed, so that the answer is seen and can be taken back. */
function answeredId(dependency: Dependency, answers: ReturnType<typeof answersOf>): string | null {
  const repository = dependency.occurrences[0]?.repository ?? ''
  const id = questionId(repository, dependency.modelAsWritten)
  return answers.has(id) ? id : null
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
