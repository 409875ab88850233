import {
  type Carriage,
  type Feature,
  features,
  type ProtocolCodec,
} from '../../src/protocols/index.ts'

/** What each feature is, in the words of those who use it. */
const meanings: Readonly<Record<Feature, string>> = {
  audio: 'sound that the user sends',
  'cache-marks': 'marks up to which a prompt may be cached',
  citations: 'sources beside what the model said before',
  'file-base64': 'a document as data',
  'file-id': 'a document by the id that a provider gave it',
  'file-text': 'a document as text',
  'file-url': 'a document by its address',
  'frequency-penalty': 'penalty on frequent tokens',
  'image-base64': 'an image as data',
  'image-detail': 'how closely an image is looked at',
  'image-id': 'an image by the id that a provider gave it',
  'image-url': 'an image by its address',
  'json-output': 'an answer in JSON of any shape',
  'json-schema-output': 'an answer in JSON by a schema',
  'logit-bias': 'likelihood of single tokens',
  logprobs: 'probabilities of the tokens of the answer',
  'max-output-tokens': 'limit of the answer',
  metadata: 'labels on the request',
  n: 'more than one answer',
  'opaque-parts': "blocks of the provider's own tools in the conversation, and whatever is new",
  'parallel-tool-calls': 'whether several tools may be called at once',
  'presence-penalty': 'penalty on tokens that have occurred',
  'previous-response': 'a conversation that the provider keeps',
  'prompt-cache-key': 'a key for the cache of prompts',
  'provider-tools': 'tools that the provider runs itself',
  reasoning: 'thinking on, off, and how much of it',
  'reasoning-summary': 'how much of the thoughts is shown',
  'refusal-parts': 'refusals in the conversation',
  seed: 'seed of sampling',
  'service-tier': 'class of service',
  stop: 'texts that end the answer',
  store: 'whether the provider keeps the answer',
  'strict-tools': 'arguments of tools held to their schema',
  'system-turns': 'instructions in the midst of the conversation',
  temperature: 'temperature of sampling',
  'thinking-parts': 'thoughts in the conversation, of another maker',
  'tool-choice': 'which tool must or may not be called',
  'tool-result-error': 'mark that a tool failed, beside what it said',
  'tool-result-media': 'images and files in results of tools',
  tools: 'functions of the caller',
  'top-k': 'sampling among the k likeliest tokens',
  'top-p': 'sampling from the likeliest share',
  'turn-names': 'names of those who speak',
  user: 'id of the end user',
  verbosity: 'how wordy the answer is',
}

/** Providers whose servers of a protocol differ from what the protocol says. */
const providersApart = ['deepseek', 'mistral', 'ollama', 'openrouter', 'self'] as const

/** docs/reference/translation.md: what becomes of each feature of a request on its way into another protocol. */
export function translationPage(codecs: readonly ProtocolCodec[]): string {
  const rows = features.map((feature) => {
    const cells = codecs.map(({ carries }) => word(carries[feature]))
    return `| \`${feature}\` | ${meanings[feature]} | ${cells.join(' | ')} |`
  })
  return `# Translation between protocols

A request that is served over a route of its own protocol goes there as it came, byte for byte, but for the name of the model.
This page is about the other requests: those that go to a route of another protocol. Each column is a protocol that they are
written in; each row is something that a request can use.

- **yes**: it arrives with its meaning.
- **lost**: it is left out, the request goes on, and the answer's header \`holdfast-lost\` names it as the caller wrote it.
- **refused**: without it the answer would be another one. The request is not sent over that route; if no other can serve it,
  the caller gets 400.

A member of a request that holdfast has never heard of is lost, and named by its path. A few that change the answer are refused:
\`tool_choice\` of kinds that nobody else has, an answer in sound, search built into the model. Nothing is left out unnamed.

| Feature | What it is | ${codecs.map(({ protocol }) => `\`${protocol}\``).join(' | ')} |
|---|---|${'---|'.repeat(codecs.length)}
${rows.join('\n')}

Thoughts go back to their maker alone, with the signature untouched. A caller whose protocol has a place for a signature or for
encrypted thoughts carries those of other makers too, sealed; they are opened when the conversation returns to their maker.

## Servers that differ

\`openai-chat\` is spoken by many servers. By the \`provider\` of the route, these carry something else than the table says:

| Provider | Feature | |
|---|---|---|
${apart(codecs).join('\n')}

\`self\` stands for every provider that is not listed and not \`openai\` or \`azure\`: vLLM, llama.cpp and the like.
`
}

function word(carriage: Carriage): string {
  return carriage === 'carried' ? 'yes' : carriage
}

function apart(codecs: readonly ProtocolCodec[]): readonly string[] {
  return codecs.flatMap((codec) =>
    providersApart.flatMap((provider) => {
      const carries = codec.forProvider?.(provider).carries ?? codec.carries
      return features
        .filter((feature) => carries[feature] !== codec.carries[feature])
        .map((feature) => `| \`${provider}\` | \`${feature}\` | ${word(carries[feature])} |`)
    }),
  )
}
