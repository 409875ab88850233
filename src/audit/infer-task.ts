import type { FileContext, Task } from '../schema/vocabulary.ts'

/** What is known about a place when its task has to be guessed. */
export interface TaskEvidence {
  /** Given by a detector for products made for one task. */
  readonly told: Task | null
  readonly context: FileContext
  readonly path: string
  readonly symbol: string
  /** Step names, descriptions, prompts, function names, nearest first. */
  readonly hints: readonly string[]
  readonly isEmbeddingModel: boolean
  /** The product that runs the model, as a detector names it. */
  readonly product?: string | null
  /** Name of the repository. */
  readonly repository?: string
}

export interface InferredTask {
  readonly task: Task
  readonly reason: string
  readonly confidence: number
}

/** Words that tell a task, most telling task first: the first row that matches a text wins. */
const taskWords: readonly { readonly task: Task; readonly words: RegExp }[] = [
  {
    task: 'security-testing',
    words: /pen[-_ ]?test|red[-_ ]?team|exploit|attack|fuzz(?:ing|er)|jailbreak/i,
  },
  {
    task: 'vulnerability-assessment',
    words:
      /vulnerab|\bcve\b|\bcwe\b|\bsast\b|security[-_ ]?(?:scan|audit|assess|finding)|threat[-_ ]?model/i,
  },
  {
    task: 'incident-triage',
    words:
      /incident|triag|on[-_ ]?call|pager|post[-_ ]?mortem|\bsiem\b|\balerts?\b|root[-_ ]?cause/i,
  },
  {
    task: 'code-review',
    words: /review|pull[-_ ]?request|\bpr[-_ ](?:bot|agent|comment)|\bdiff\b|code[-_ ]?quality/i,
  },
  {
    task: 'summarisation',
    words: /summar|digest|tl;?dr|release[-_ ]?notes|changelog|condens|minutes/i,
  },
  {
    task: 'extraction',
    words:
      /extract|invoice|\bocr\b|entit(?:y|ies)|classif|categori[sz]|tagg(?:er|ing)|parse[-_ ]?doc|structured[-_ ]?output|translate|translation/i,
  },
  {
    task: 'embedding',
    words:
      /embed|vectori[sz]|vector[-_ ]?(?:store|index|db)|semantic[-_ ]?search|re[-_ ]?rank|\brag\b|retriev/i,
  },
  { task: 'support', words: /support|help[-_ ]?desk|customer|ticket|\bfaq\b|refund/i },
  { task: 'evaluation', words: /\bevals?\b|evaluat|benchmark|\bjudge\b|grader|promptfoo/i },
  {
    task: 'code-generation',
    words:
      /code[-_ ]?gen|generate[-_ ]?(?:code|tests?)|auto[-_ ]?fix|\bfix(?:er|es)?\b|refactor|implement|coding|\bcoder\b|commit[-_ ]?message|scaffold|copilot|developer/i,
  },
  { task: 'chat', words: /chat|assistant|conversation|\bbot\b|answer|question/i },
]

/** The work a model is used for, guessed from what stands around it; the reason quotes the words that decided. */
export function inferTask(evidence: TaskEvidence): InferredTask {
  if (evidence.isEmbeddingModel) {
    return { task: 'embedding', reason: 'an embedding model', confidence: 0.95 }
  }
  if (evidence.told !== null) {
    return { task: evidence.told, reason: 'the product is made for this', confidence: 0.9 }
  }
  for (const hint of evidence.hints) {
    const found = match(hint)
    if (found !== null)
      return { ...found, reason: `${quote(found.word)} stands near it`, confidence: 0.7 }
  }
  const bySymbol = match(spaced(evidence.symbol))
  if (bySymbol !== null) {
    return { ...bySymbol, reason: `\`${evidence.symbol}\` names it`, confidence: 0.6 }
  }
  const byPath = matchPath(evidence.path)
  if (byPath !== null)
    return { ...byPath, reason: `the path holds ${quote(byPath.word)}`, confidence: 0.5 }
  if (evidence.context === 'evaluation') {
    return { task: 'evaluation', reason: 'it stands in an evaluation', confidence: 0.6 }
  }
  if (codingAgents.has(evidence.product ?? '')) {
    return { task: 'code-generation', reason: 'a coding agent runs it', confidence: 0.4 }
  }
  if (evidence.context === 'developer-tool') {
    return { task: 'code-generation', reason: 'it configures a developer tool', confidence: 0.4 }
  }
  const byName = matchName(evidence.repository ?? '')
  if (byName !== null) {
    return { ...byName, reason: `the repository is called ${quote(byName.word)}`, confidence: 0.3 }
  }
  return { task: 'other', reason: 'nothing near it tells the task', confidence: 0.1 }
}

function match(text: string): { readonly task: Task; readonly word: string } | null {
  for (const { task, words } of taskWords) {
    const found = words.exec(text)
    if (found !== null) return { task, word: found[0] }
  }
  return null
}

const codingAgents: ReadonlySet<string> = new Set([
  'aider',
  'claude-code',
  'codex',
  'crush',
  'cursor',
  'factory-droid',
  'gemini-cli',
  'goose',
  'opencode',
  'qwen-code',
])

/** What a whole repository is for stands in its name; a chat is told before what it may be about. */
function matchName(repository: string): { readonly task: Task; readonly word: string } | null {
  const name = spaced(repository.slice(repository.lastIndexOf('/') + 1))
  const chat = /chat ?bot|\bchat\b/i.exec(name)
  return chat === null ? match(name) : { task: 'chat', word: chat[0] }
}

/** The last parts of a path say most: a file before its folder. */
function matchPath(path: string): { readonly task: Task; readonly word: string } | null {
  for (const part of path.split('/').toReversed().slice(0, 4)) {
    const found = match(spaced(part.replace(/\.[A-Za-z0-9]+$/, '')))
    if (found !== null) return found
  }
  return null
}

/** `reviewPullRequest` and `review_pr` as words. */
function spaced(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[._/-]+/g, ' ')
}

function quote(word: string): string {
  return `"${word.trim()}"`
}
