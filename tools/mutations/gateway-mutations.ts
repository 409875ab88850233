import type { Mutation, MutationEdit } from './mutation.ts'

function edit(file: string, text: string, replacement: string): MutationEdit {
  return { file, text, replacement }
}

/** In the order of docs/reference/gateway-failures.md. */
export const gatewayMutations: readonly Mutation[] = [
  {
    failure: '404 of a withdrawn model is told to the caller as its own fault',
    edits: [
      edit(
        'src/gateway/hop-queue.ts',
        "return failure.class === 'content-policy' ||",
        "return failure.class === 'content-policy' || failure.class === 'withdrawn' ||",
      ),
    ],
    tests: ['h01, '],
    says: /404/,
  },
  {
    failure: 'a hop is decided otherwise than policy decides',
    edits: [
      edit(
        'src/gateway/plan-hops.ts',
        'const decided = decideUse(state, call, { model, route: route.id, at })',
        'const decided = decideUse(state, call, { model: call.model ?? model, route: route.id, at })',
      ),
    ],
    says: /attempts/,
  },
  {
    failure: 'a continuation spoils the text at its seam',
    edits: [
      edit('src/gateway/seam.ts', 'const rest = this.#held.slice(cut)', 'const rest = this.#held'),
    ],
    says: /Expected values to be strictly equal/,
  },
  {
    failure:
      'a cut within or behind a tool that the provider runs: its block stays open, and the next one has its number',
    edits: [edit('src/gateway/stream-relay.ts', '    this.#isWithin = true\n', '')],
    says: /content_block_start/,
  },
  {
    failure:
      'a stream that lacks its last word gets its reason and usage a second time, and clients add them up',
    edits: [
      edit(
        'src/gateway/run/streamed-answer.ts',
        "closing: () => codec.lastWord ?? ''",
        "closing: () => writerAtEnd(run).write({ kind: 'end' })",
      ),
    ],
    tests: ['s11, '],
    says: /why it ended is told once/,
  },
  {
    failure: 'a database on the way of a request',
    edits: [
      edit(
        'src/cli/serve-keeper.ts',
        "if (this.#isStopped || notice.kind === 'away') return",
        `if (notice.kind === 'away') {
      const { gateway } = this.#parts
      gateway.swap({ ...gateway.state, callers: { find: () => null } } as never)
    }
    if (this.#isStopped || notice.kind === 'away') return`,
      ),
    ],
    says: /401/,
  },
  {
    failure: 'thoughts of another maker as visible text',
    edits: [
      edit(
        'src/protocols/openai-chat/write-messages.ts',
        "else if (part.kind === 'thinking' && writing.isOwn && part.extra?.['part'] !== undefined)",
        `else if (part.kind === 'thinking' && !writing.isOwn) content.push({ kind: 'text', text: part.text })
    else if (part.kind === 'thinking' && part.extra?.['part'] !== undefined)`,
      ),
    ],
    says: /falsy/,
  },
  {
    failure: 'signatures of thoughts are lost',
    edits: [
      edit(
        'src/protocols/anthropic-messages/write-block.ts',
        "signature: signature ?? ''",
        "signature: ''",
      ),
    ],
    tests: ['the clients in TypeScript', 'whoever signed a thought gets it back'],
    says: /anthropic-messages: \d/,
  },
  {
    failure: 'cached tokens counted wrongly',
    edits: [
      edit(
        'src/protocols/anthropic-messages/usage.ts',
        'fresh === null ? null : fresh + (cacheRead ?? 0) + (cacheWrite ?? 0)',
        'fresh',
      ),
    ],
    says: /input: 40/,
  },
  {
    failure: 'stale configuration',
    edits: [edit('src/cli/serve-keeper.ts', "  'directives',\n  'verdicts',\n", "  'verdicts',\n")],
    says: /all serve/,
  },
  {
    failure: 'fields are lost silently in translation',
    edits: [
      edit(
        'src/protocols/plan-translation.ts',
        "new Set([...named('lost'), ...Object.keys(request.unknown)])",
        "new Set(named('lost'))",
      ),
    ],
    says: /lost\.includes\('unheard_of'\)|anthropic-messages: /,
  },
  {
    failure: 'a circuit that never closes, or is never opened',
    edits: [edit('src/gateway/circuits.ts', "return 'probe'", "return 'outage'")],
    says: /it is served again/,
  },
  {
    failure: '`Model` beside `model`, which servers in Go take for it',
    edits: [
      edit('src/gateway/model-references.ts', "name.toLowerCase().replaceAll('ſ', 's')", 'name'),
    ],
    says: /200 !== 400|403 !== 400/,
  },
  {
    failure: 'a caller’s own missing item, file or prompt takes the model out for everybody',
    edits: [
      edit(
        'src/protocols/classify-error.ts',
        'speaksOf(otherObjectPhrases) || namesOtherObject(text)',
        'speaksOf(otherObjectPhrases)',
      ),
    ],
    tests: ['that names what its provider does not have'],
    says: /model_withdrawn/,
  },
  {
    failure:
      'a caller puts words of a withdrawal into its provider’s mouth, and the model is out for everybody',
    edits: [
      edit(
        'src/gateway/run/try-hop.ts',
        'return words !== null && JSON.stringify(wholeCall(call).body)',
        'return words === null && JSON.stringify(wholeCall(call).body)',
      ),
    ],
    tests: ['that its provider repeats in words of a withdrawal'],
    says: /model_withdrawn/,
  },
  {
    failure: 'a wrong request to count tokens is answered with an estimate',
    edits: [
      edit(
        'src/gateway/answer-token-count.ts',
        "status === 400 && code === 'invalid_request_error'",
        "status === 418 && code === 'invalid_request_error'",
      ),
    ],
    says: /200 !== 400/,
  },
  {
    failure:
      'of several answers in a stream (`n`) the longer ones are cut off behind the first, and it looks whole',
    edits: [
      edit('src/gateway/run/streamed-answer.ts', "typeof n === 'number' && n > 1", 'n === true'),
    ],
    says: /and more/,
  },
  {
    failure: '`previous_response_id` is dropped on failover',
    edits: [
      edit(
        'src/gateway/conversations/recalled.ts',
        'const items = [...before, ...own]',
        'const items = [...before.slice(0, 0), ...own]',
      ),
    ],
    says: /-1,-1/,
  },
  {
    failure:
      'a conversation, a stored prompt or an item that only one provider keeps is dropped on failover',
    edits: [
      edit(
        'src/gateway/fit-of.ts',
        'if (own === undefined || own.id === route.id) return null',
        "if (own === undefined || own.id !== '') return null",
      ),
    ],
    says: /200 !== 503|kept-too/,
  },
  {
    failure: 'a fallback of the same protocol refuses a limit of tokens that it cannot write',
    edits: [
      edit(
        'src/gateway/splice-call.ts',
        'hop.isFallback ? lowerLimits(state, call, hop) : []',
        '[]',
      ),
    ],
    says: /500000/,
  },
  {
    failure: 'whoever goes on with an answer gets the whole limit of tokens anew',
    edits: [
      edit(
        'src/gateway/continuation-request.ts',
        'Math.max(tokensLeftMin, most - said)',
        'Math.max(said, most)',
      ),
    ],
    says: /1000 !== 860/,
  },
  {
    failure: 'usage and ids of a stream that another goes on with stand there twice, or unasked',
    edits: [
      edit(
        'src/protocols/openai-chat/stream-writer.ts',
        'this.#tellsUsage = context.request.streamUsage === true',
        'this.#tellsUsage = true',
      ),
    ],
    tests: ['usage of a stream that another goes on with'],
    says: /1 !== 0/,
  },
  {
    failure: 'an end of the gateway cuts answers off',
    edits: [edit('src/gateway/gateway.ts', '    this.#runs.stop()\n  }', '  }')],
    tests: ['SIGTERM after SIGTERM'],
    says: /terminated|fetch failed|other side closed/,
  },
  {
    failure: 'an end of the gateway waits for connections that nobody uses',
    edits: [edit('src/gateway/gateway.ts', 'this.server.keepAliveTimeout = 1\n', '')],
    tests: ['SIGHUP loads anew', 'SIGINT takes no more'],
    says: /25_000/,
  },
  {
    failure: 'the same for `404 not a chat model`',
    edits: [edit('src/protocols/classify-error.ts', "  'not a chat model',\n", '')],
    tests: ['404 '],
    says: /'withdrawn'/,
  },
  {
    failure: "trouble of the gateway's own key becomes the caller's 401",
    edits: [
      edit(
        'src/gateway/run/last-word.ts',
        "if (answer !== null && failure.class !== 'auth' &&",
        'if (answer !== null &&',
      ),
    ],
    says: /401 !== 502/,
  },
  {
    failure: 'a cut of the stream changes what is read',
    edits: [
      edit(
        'src/protocols/sse-scanner.ts',
        'Buffer.concat([...this.#pieces, last])',
        'Buffer.from([...this.#pieces, last].map((piece) => Buffer.from(piece).toString()).join(""))',
      ),
    ],
    says: /cut at \d/,
  },
  {
    failure: 'any of them, streamed or not, one hop and two',
    edits: [
      edit(
        'src/gateway/hop-queue.ts',
        "return failure.class === 'content-policy' ||",
        "return failure.class === 'content-policy' || failure.class === 'overload' ||",
      ),
    ],
    tests: ['s03, ', 's04, '],
    says: /50\d/,
  },
  {
    failure: "header lines made of a model's name",
    edits: [
      edit(
        'src/gateway/caller-answer.ts',
        'if (text.length <= 1_000 && !/[^\\x20-\\x7e]/.test(text)) return text\n',
        'if (text.length <= 1_000) return text\n',
      ),
    ],
    says: /internal_error/,
  },
  {
    failure: 'bodies and lines without end',
    edits: [
      edit(
        'src/gateway/gateway.ts',
        'headersTimeout: gatewayLimits.headerMs,',
        'headersTimeout: 0,',
      ),
    ],
    says: /isClosed|408/,
  },
  {
    failure: 'addresses in a request are fetched',
    edits: [
      edit(
        'src/gateway/read-call.ts',
        'export function readCall(',
        `export function readCall(...args: Parameters<typeof readCallOnly>): ReturnType<typeof readCallOnly> {
  for (const [url] of String(args[1].bytes).matchAll(/http:[^"]+/g)) void fetch(url).catch(() => null)
  return readCallOnly(...args)
}

function readCallOnly(`,
      ),
    ],
    says: /picture\.png/,
  },
  {
    failure: 'a credential follows a redirect',
    edits: [
      edit(
        'src/gateway/upstream.ts',
        "import { Agent, buildConnector, type Dispatcher } from 'undici'",
        "import { Agent, buildConnector, type Dispatcher, interceptors } from 'undici'",
      ),
      edit(
        'src/gateway/upstream.ts',
        'keepAliveTimeout: 30_000,\n    })',
        'keepAliveTimeout: 30_000,\n    }).compose(interceptors.redirect({ maxRedirections: 1 })) as never',
      ),
    ],
    says: /stolen|200/,
  },
  {
    failure: 'a credential goes to a changed origin',
    edits: [
      edit(
        'src/cli/admin/route-standing.ts',
        "own.origin !== origin)\n    return { kind: 'refused', before: own.origin }",
        "own.origin !== origin)\n    return { kind: 'known' }",
      ),
    ],
    says: /anthropic/,
  },
  {
    failure: "a caller's class is told",
    edits: [
      edit(
        'src/gateway/refuse-call.ts',
        '      permitted,\n    },',
        '      permitted,\n      class: call.caller.principal.class,\n    },',
      ),
    ],
    says: /"class":"(?:not-)?foreign-person|undetermined/,
  },
  {
    failure: 'the time of a look-up tells a key',
    edits: [
      edit(
        'src/store/repositories/principal-key-text.ts',
        'return secretDigest(readKeyText(text)?.secret ?? text)',
        'return text',
      ),
      edit(
        'src/cli/load-callers.ts',
        'const caller = keys.get(presentedKeyDigest(presented))',
        `let caller: Caller | undefined
  for (const [key, one] of keys) {
    let same = 0
    while (same < key.length && key[same] === presented[same]) same += 1
    if (same === key.length) caller = one
  }`,
      ),
    ],
    says: /[\d.]+ ms, [\d.]+ ms/,
  },
  {
    failure: 'a revoked key goes on while the configuration cannot be loaded',
    edits: [
      edit(
        'src/cli/serve-keeper.ts',
        'this.#setAlarm(await this.#refreshCallers())',
        'this.#setAlarm(null)',
      ),
    ],
    says: /the key is refused/,
  },
  {
    failure: 'the admin API is open',
    edits: [
      edit(
        'src/cli/admin/admin-server.ts',
        'const caller = await callerOf(access, headers.authorization)',
        `if (path === '/metrics') return await metrics(settings, method)
  const caller = await callerOf(access, headers.authorization)`,
      ),
    ],
    says: /\/metrics/,
  },
  {
    failure: 'small counts name persons',
    edits: [
      edit(
        'src/cli/principal-counts.ts',
        "if (count < smallest) return [name, '<5']",
        'if (count < smallest) return [name, count]',
      ),
    ],
    says: /count === '<5'|falsy/,
  },
  {
    failure: 'claims grant a class by a lookalike',
    edits: [
      edit(
        'src/cli/oidc-callers.ts',
        'EligibilityClass.safeParse(value)',
        "EligibilityClass.safeParse(typeof value === 'string' ? value.trim().toLowerCase() : value)",
      ),
    ],
    says: /Not-Foreign-Person/,
  },
  {
    failure: 'a webhook resolves twice, or into a private network',
    edits: [
      edit(
        'src/cli/egress.ts',
        'lookup: (_, options, done) => {',
        'other: (_, options, done) => {',
      ),
    ],
    says: /has no address outside of this test/,
  },
]
