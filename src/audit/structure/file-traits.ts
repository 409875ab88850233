import { posix } from 'node:path'
import type { StructuredDocument, StructuredNode, StructureFormat } from './structured-node.ts'

/** What kind of deployment file this is: the origin of its environment facts. */
export type Origin =
  | 'actions'
  | 'ansible'
  | 'azure-pipelines'
  | 'bicep'
  | 'circleci'
  | 'cloudformation'
  | 'compose'
  | 'configuration'
  | 'devcontainer'
  | 'dockerfile'
  | 'dotenv'
  | 'gitlab'
  | 'helm'
  | 'kubernetes'
  | 'kustomize'
  | 'arm'
  | 'platform'
  | 'pulumi'
  | 'serverless'
  | 'settings'
  | 'spring'
  | 'terraform'

export function originOf(
  path: string,
  format: StructureFormat,
  documents: readonly StructuredDocument[],
): Origin {
  const name = posix.basename(path).toLowerCase()
  const byName = originByName(path, name, format)
  if (byName !== null) return byName
  const roots = documents.map((document) => document.root)
  const has = (...keys: readonly string[]): boolean =>
    roots.some((root) => keys.every((key) => keyNames(root).has(key)))
  if (has('apiVersion', 'kind'))
    return /^kustomization\.ya?ml$/.test(name) ? 'kustomize' : 'kubernetes'
  if (has('AWSTemplateFormatVersion') || has('Resources', 'Transform')) return 'cloudformation'
  if (has('Resources') && has('Parameters')) return 'cloudformation'
  if (has('$schema', 'resources') && has('contentVersion')) return 'arm'
  if (has('services') && !has('service', 'provider')) return 'compose'
  if (has('service', 'provider')) return 'serverless'
  if (has('on', 'jobs') || has('runs', 'inputs') || has('true', 'jobs')) return 'actions'
  if (
    has('hosts', 'tasks') ||
    roots.some(
      (root) => root.kind === 'list' && root.items.some((item) => keyNames(item).has('hosts')),
    )
  ) {
    return 'ansible'
  }
  return 'configuration'
}

function originByName(path: string, name: string, format: StructureFormat): Origin | null {
  if (format === 'dotenv') return 'dotenv'
  if (format === 'dockerfile') return 'dockerfile'
  if (format === 'hcl') return 'terraform'
  if (format === 'bicep') return 'bicep'
  if (/\.tf(?:vars)?\.json$/.test(name)) return 'terraform'
  if (/(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\//.test(path) || /^action\.ya?ml$/.test(name))
    return 'actions'
  if (/(?:^|[.-])gitlab-ci(?:[.-].*)?\.ya?ml$/.test(name) || /(?:^|\/)\.gitlab\/ci\//.test(path))
    return 'gitlab'
  if (/^azure-pipelines.*\.ya?ml$/.test(name)) return 'azure-pipelines'
  if (/(?:^|\/)\.circleci\//.test(path)) return 'circleci'
  if (/^(?:docker-)?compose(?:[.-].*)?\.ya?ml$/.test(name)) return 'compose'
  if (/^kustomization\.ya?ml$/.test(name)) return 'kustomize'
  if (/^values(?:[.-].*)?\.ya?ml(?:\.\w+)?$/.test(name) || /\.values\.ya?ml$/.test(name))
    return 'helm'
  if (/(?:^|\/)(?:charts?|helm)\/.*templates\//.test(path)) return 'kubernetes'
  if (/^(?:\.?devcontainer\.json)$/.test(name)) return 'devcontainer'
  if (/^pulumi(?:\.[\w-]+)?\.ya?ml$/.test(name)) return 'pulumi'
  if (/^serverless(?:\.[\w-]+)?\.(?:ya?ml|json)$/.test(name)) return 'serverless'
  if (
    /^(?:app|env_variables|cron)\.ya?ml$|^fly(?:\..*)?\.toml$|^render\.ya?ml$|^(?:vercel|now|railway|heroku|app|eas)\.json$|^(?:netlify|railway)\.toml$|^wrangler(?:\..*)?\.(?:toml|jsonc?)$|^apprunner\.ya?ml$|^procfile/.test(
      name,
    )
  )
    return 'platform'
  if (/^(?:application|bootstrap)(?:-[\w-]+)?\.(?:ya?ml|properties)$/.test(name)) return 'spring'
  if (/^(?:appsettings|launchsettings|local\.settings|secrets)(?:\.[\w-]+)?\.json$/.test(name))
    return 'settings'
  if (
    /(?:^|\/)(?:group_vars|host_vars)\//.test(path) ||
    /(?:^|\/)roles\/[^/]+\/(?:defaults|vars)\//.test(path)
  )
    return 'ansible'
  return null
}

function keyNames(node: StructuredNode): ReadonlySet<string> {
  return new Set(node.kind === 'map' ? node.entries.map((one) => one.key) : [])
}

const scopeWords: Readonly<Record<string, string>> = {
  prod: 'prod',
  production: 'prod',
  prd: 'prod',
  live: 'prod',
  staging: 'staging',
  stage: 'staging',
  stg: 'staging',
  preprod: 'staging',
  preproduction: 'staging',
  preview: 'staging',
  uat: 'staging',
  qa: 'staging',
  dev: 'dev',
  develop: 'dev',
  development: 'dev',
  sandbox: 'dev',
  test: 'test',
  testing: 'test',
  tests: 'test',
  ci: 'ci',
  local: 'local',
  localhost: 'local',
}

/** `prod`, `staging`, `dev`, `test`, `ci` or `local` when a word says so. */
export function scopeOfWord(word: string): string | null {
  return Object.hasOwn(scopeWords, word.toLowerCase())
    ? (scopeWords[word.toLowerCase()] ?? null)
    : null
}

/** The deployment environment that a path tells, the file's own name first, then its folders from the inside. */
export function scopeOfPath(path: string): string | null {
  for (const segment of path.split('/').toReversed()) {
    for (const word of segment.split(/[.\-_]/).toReversed()) {
      const scope = scopeOfWord(word)
      if (scope !== null) return scope
    }
  }
  return null
}

/** The environment of a whole file: where it runs when that is certain, else what its path tells. */
export function scopeOfFile(path: string, origin: Origin): string | null {
  if (
    origin === 'actions' ||
    origin === 'gitlab' ||
    origin === 'azure-pipelines' ||
    origin === 'circleci'
  ) {
    return 'ci'
  }
  return scopeOfPath(path)
}

/** Files in which a model's name is data about models or text for people, never a choice. */
export function isNoiseFile(path: string): boolean {
  return (
    /(?:^|\/)(?:locales?|i18n|l10n|translations?|lang|langs|languages?|intl|messages)\/[^/]*(?:\/[^/]*){0,2}\.(?:json|ya?ml|toml|properties|xml|arb)$/i.test(
      path,
    ) ||
    /(?:^|\/)(?:messages|strings)[._-][a-z]{2}(?:[_-][A-Za-z]{2})?\.(?:json|properties|ya?ml)$/i.test(
      path,
    ) ||
    /(?:^|\/)[\w-]*\.lproj\//.test(path) ||
    /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.ya?ml|yarn\.lock|composer\.lock|poetry\.lock|uv\.lock|pdm\.lock|Cargo\.lock|Gemfile\.lock|packages\.lock\.json|\.terraform\.lock\.hcl|Pipfile\.lock|flake\.lock|deno\.lock)$/.test(
      path,
    ) ||
    /(?:^|\/)(?:change-?log|history|releases)\.(?:json|ya?ml|toml|xml)$/i.test(path) ||
    /(?:^|\/)(?:cassettes|__snapshots__|recordings|leaderboards?)\//i.test(path) ||
    /(?:^|\/)(?:[\w-]*[_-])?(?:results?|outputs?|traces?|transcripts?|trajectories)\/[^/]*(?:\/[^/]*){0,4}\.json$/i.test(
      path,
    ) ||
    /(?:^|[/_-])(?:results?|leaderboard)(?:[_-][\w.-]*)?\.json$/i.test(path)
  )
}

/** Rows that tell what happened: issues, messages, runs and results that a program wrote down. */
export function isRecords(documents: readonly StructuredDocument[]): boolean {
  return documents.some(({ root }) => {
    const rows = root.kind === 'list' ? root.items : rowsOf(root)
    const maps = rows.filter((row) => row.kind === 'map')
    if (maps.length === 0) return false
    const records = maps.filter((row) => {
      const keys = [...keyNames(row)].map((key) => key.replaceAll(/[-_]/g, '').toLowerCase())
      return keys.filter((key) => recordKey.test(key)).length >= 2
    })
    return records.length * 2 > maps.length
  })
}

const recordKey =
  /^(?:number|title|body|author|createdat|updatedat|closedat|timestamp|labels|comments|headrefname|durationms|latencyms|elapsed|elapsedms|testcases|passrate\d*|score|scores|totalcost|exitcode|status|date|dirname|commithash|sessionid|traceid|runid|toolcalls|stopreason|finishreason)$/

/** The one list that a document wraps. */
function rowsOf(root: StructuredNode): readonly StructuredNode[] {
  if (root.kind !== 'map') return []
  const wrapped = root.entries.find(
    (one) =>
      /^(?:results|items|data|records|runs|issues|entries|rows)$/.test(one.key) &&
      one.value.kind === 'list',
  )
  return wrapped?.value.kind === 'list' ? wrapped.value.items : []
}
