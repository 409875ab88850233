import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { Ajv } from 'ajv'
import OpenAI from 'openai'
import { answerText } from '../support/provider/answer-text.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'

const weather = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 9 } },
  required: ['city', 'days'],
  additionalProperties: false,
} as const
const spoken = answerText(0, 12)
const thought = answerText(101, 6)
const both = '[[call: get_weather {"city":"Tromsø","days":2}]] [[call: get_time {"zone":"CET"}]]'
const everything = `[[words: 12]] [[think: 6]] ${both}`

let provider: Provider
let openai: OpenAI
let anthropic: Anthropic

before(async () => {
  provider = await startProvider({ models: ['model-a', 'model-b'] })
  openai = new OpenAI({ baseURL: `${provider.baseUrl}/v1`, apiKey: 'sk-openai', maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: provider.baseUrl, apiKey: 'sk-anthropic', maxRetries: 0 })
})
after(() => provider.close())

function user(content: string): { role: 'user'; content: string } {
  return { role: 'user', content }
}

describe('the OpenAI SDK talks Chat Completions to the provider', () => {
  test('and gets text, reasoning and parallel calls in one piece', async () => {
    const answer = await openai.chat.completions.create({
      model: 'model-a',
      messages: [user(everything)],
    })
    const [choice] = answer.choices
    assert.ok(choice)
    assert.equal(choice.message.content, spoken)
    assert.equal((choice.message as { reasoning_content?: string }).reasoning_content, thought)
    const calls = (choice.message.tool_calls ?? []).map((call) =>
      call.type === 'function' ? [call.function.name, call.function.arguments] : [],
    )
    assert.deepEqual(calls, [
      ['get_weather', '{"city":"Tromsø","days":2}'],
      ['get_time', '{"zone":"CET"}'],
    ])
    assert.equal(choice.finish_reason, 'tool_calls')
    assert.equal(answer.model, 'model-a')
    assert.equal(answer.usage?.completion_tokens_details?.reasoning_tokens, 6)
  })

  test('and puts the stream together to the same message', async () => {
    const stream = openai.chat.completions.stream({
      model: 'model-a',
      messages: [user(everything)],
      stream_options: { include_usage: true },
    })
    const answer = await stream.finalChatCompletion()
    const message = answer.choices[0]?.message
    assert.equal(message?.content, spoken)
    assert.equal(message?.tool_calls?.length, 2)
    const [first] = message?.tool_calls ?? []
    assert.equal(
      first?.type === 'function' && first.function.arguments,
      '{"city":"Tromsø","days":2}',
    )
    assert.ok((answer.usage?.completion_tokens ?? 0) > 12)
  })

  test('and hears of usage only where it asked, or as the cue says', async () => {
    const forms: readonly [string, boolean, number][] = [
      ['standard', true, 1],
      ['standard', false, 0],
      ['with-finish', false, 1],
      ['cumulative', false, 1],
      ['missing', true, 0],
    ]
    for (const [form, isAsked, expected] of forms) {
      const chunks = await openai.chat.completions.create({
        model: 'model-a',
        stream: true,
        ...(isAsked ? { stream_options: { include_usage: true } } : {}),
        messages: [user(`[[words: 5]] [[usage: ${form}]]`)],
      })
      let complete = 0
      for await (const chunk of chunks) {
        if (chunk.usage?.total_tokens !== undefined) complete += 1
      }
      assert.equal(complete, expected, form)
    }
  })

  test('and gets the structured output that its schema describes', async () => {
    const answer = await openai.chat.completions.create({
      model: 'model-a',
      messages: [user('the weather, please')],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'weather', schema: weather, strict: true },
      },
    })
    const value: unknown = JSON.parse(answer.choices[0]?.message.content ?? '')
    assert.ok(new Ajv().validate(weather, value))
  })

  test('and gets forced calls, several choices, log probabilities, stops and limits', async () => {
    const tool = {
      type: 'function',
      function: { name: 'get_weather', parameters: weather },
    } as const
    const forced = await openai.chat.completions.create({
      model: 'model-a',
      messages: [user('go')],
      tools: [tool],
      tool_choice: 'required',
    })
    const [call] = forced.choices[0]?.message.tool_calls ?? []
    const made: unknown = JSON.parse(call?.type === 'function' ? call.function.arguments : '')
    assert.ok(new Ajv().validate(weather, made))
    const several = await openai.chat.completions.create({
      model: 'model-a',
      n: 2,
      logprobs: true,
      max_completion_tokens: 4,
      messages: [user('go')],
    })
    assert.equal(several.choices.length, 2)
    assert.equal(several.choices[1]?.message.content, answerText(0, 4))
    assert.equal(several.choices[1]?.logprobs?.content?.length, 4)
    assert.equal(several.choices[1]?.finish_reason, 'length')
    const stopped = await openai.chat.completions.create({
      model: 'model-a',
      stop: ' 10',
      messages: [user('go')],
    })
    assert.equal(stopped.choices[0]?.message.content, answerText(0, 9))
  })

  test('and is answered without calls once it sends their results', async () => {
    const first = await openai.chat.completions.create({
      model: 'model-a',
      messages: [user(both)],
    })
    const message = first.choices[0]?.message
    assert.ok(message)
    const results = (message.tool_calls ?? []).map((call) => ({
      role: 'tool' as const,
      tool_call_id: call.id,
      content: 'done',
    }))
    const second = await openai.chat.completions.create({
      model: 'model-a',
      messages: [user(both), message, ...results],
    })
    assert.equal(second.choices[0]?.finish_reason, 'stop')
    assert.equal(second.choices[0]?.message.tool_calls, undefined)
  })

  test('and gets embeddings and the list of models', async () => {
    const plain = await openai.embeddings.create({
      model: 'embedder',
      input: ['one', 'two'],
      dimensions: 16,
    })
    assert.equal(plain.data.length, 2)
    assert.equal(plain.data[0]?.embedding.length, 16)
    const floats = await openai.embeddings.create({
      model: 'embedder',
      input: ['one', 'two'],
      dimensions: 16,
      encoding_format: 'float',
    })
    assert.deepEqual(floats.data, plain.data)
    const listed = await openai.models.list()
    assert.deepEqual(
      listed.data.map((one) => one.id),
      ['model-a', 'model-b'],
    )
    assert.equal((await openai.models.retrieve('model-b')).id, 'model-b')
    await assert.rejects(openai.models.retrieve('model-c'), OpenAI.NotFoundError)
  })

  test('and gets its own classes of errors', async () => {
    const expected = [
      ['h01', OpenAI.NotFoundError],
      ['s12', OpenAI.BadRequestError],
      ['s02', OpenAI.RateLimitError],
      ['s04', OpenAI.InternalServerError],
      ['bad-credential', OpenAI.AuthenticationError],
      ['forbidden', OpenAI.PermissionDeniedError],
      ['reset-before-headers', OpenAI.APIConnectionError],
    ] as const
    for (const [fault, kind] of expected) {
      const asked = openai.chat.completions.create({
        model: `fault-${fault}`,
        messages: [user('hello')],
      })
      await assert.rejects(asked, (problem) => problem instanceof kind, fault)
    }
  })
})

describe('the OpenAI SDK talks Responses to the provider', () => {
  test('and gets text, sealed reasoning and parallel calls, streamed or not', async () => {
    const body = {
      model: 'model-a',
      input: everything,
      include: ['reasoning.encrypted_content' as const],
    }
    const whole = await openai.responses.create(body)
    const streamed = await openai.responses.stream(body).finalResponse()
    for (const answer of [whole, streamed]) {
      assert.equal(answer.output_text, spoken)
      assert.deepEqual(
        answer.output.map((item) => item.type),
        ['reasoning', 'message', 'function_call', 'function_call'],
      )
      const [reasoning] = answer.output
      assert.ok(reasoning?.type === 'reasoning' && (reasoning.encrypted_content ?? '').length > 700)
      assert.equal(reasoning.summary[0]?.text, thought)
      assert.equal(answer.status, 'completed')
      assert.ok((answer.usage?.output_tokens ?? 0) > 18)
    }
  })

  test('and numbers its events without a gap', async () => {
    const stream = await openai.responses.create({
      model: 'model-a',
      input: everything,
      stream: true,
    })
    const numbers: number[] = []
    for await (const event of stream) numbers.push(event.sequence_number)
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index),
    )
  })

  test('and is told why an answer is incomplete', async () => {
    const answer = await openai.responses.create({
      model: 'model-a',
      input: 'hello',
      max_output_tokens: 3,
    })
    assert.equal(answer.status, 'incomplete')
    assert.equal(answer.incomplete_details?.reason, 'max_output_tokens')
    assert.equal(answer.output_text, answerText(0, 3))
  })

  test('and may go on from a response that is remembered, not from another', async () => {
    const first = await openai.responses.create({ model: 'model-a', input: '[[words: 9]] hello' })
    const second = await openai.responses.create({
      model: 'model-a',
      input: 'and again?',
      previous_response_id: first.id,
    })
    assert.equal(second.output_text, answerText(0, 9))
    assert.ok((second.usage?.input_tokens ?? 0) > (first.usage?.input_tokens ?? 0))
    const unknown = openai.responses.create({
      model: 'model-a',
      input: 'hello',
      previous_response_id: 'resp_unknown',
    })
    await assert.rejects(unknown, (problem: { code?: string }) => {
      assert.equal(problem.code, 'previous_response_not_found')
      return true
    })
  })

  test('and gets structured output and a refusal', async () => {
    const answer = await openai.responses.create({
      model: 'model-a',
      input: 'the weather, please',
      text: { format: { type: 'json_schema', name: 'weather', schema: { ...weather } } },
    })
    assert.ok(new Ajv().validate(weather, JSON.parse(answer.output_text)))
    const refused = await openai.responses
      .stream({ model: 'fault-refusal', input: 'hello' })
      .finalResponse()
    const [item] = refused.output
    assert.equal(item?.type === 'message' && item.content[0]?.type, 'refusal')
  })
})

describe('the Anthropic SDK talks Messages to the provider', () => {
  test('and gets thinking with its signature, text and parallel calls, streamed or not', async () => {
    const body = {
      model: 'model-a',
      max_tokens: 1_000,
      messages: [user(`${everything} [[redacted]] [[cached: 50]]`)],
    }
    const whole = await anthropic.messages.create(body)
    const streamed = await anthropic.messages.stream(body).finalMessage()
    for (const answer of [whole, streamed]) {
      const [thinking, redacted, text, first, second] = answer.content
      assert.ok(thinking?.type === 'thinking' && redacted?.type === 'redacted_thinking')
      assert.equal(thinking.thinking, thought)
      assert.ok(thinking.signature.length > 700 && redacted.data.length > 700)
      assert.equal(text?.type === 'text' && text.text, spoken)
      assert.ok(first?.type === 'tool_use' && second?.type === 'tool_use')
      assert.deepEqual(first.input, { city: 'Tromsø', days: 2 })
      assert.notEqual(first.id, second.id)
      assert.equal(answer.stop_reason, 'tool_use')
      assert.equal(answer.usage.cache_read_input_tokens, 50)
      assert.ok(answer.usage.output_tokens > 18)
    }
  })

  test('and gets the stop reasons that it knows', async () => {
    const reasons = [
      ['end', 'end_turn'],
      ['length', 'max_tokens'],
      ['pause', 'pause_turn'],
      ['refusal', 'refusal'],
      ['context', 'model_context_window_exceeded'],
    ] as const
    for (const [cue, reason] of reasons) {
      const answer = await anthropic.messages
        .stream({ model: 'model-a', max_tokens: 99, messages: [user(`[[stop: ${cue}]]`)] })
        .finalMessage()
      assert.equal(answer.stop_reason, reason)
    }
    const stopped = await anthropic.messages.create({
      model: 'model-a',
      max_tokens: 99,
      stop_sequences: [' 10'],
      messages: [user('go')],
    })
    assert.equal(stopped.stop_reason, 'stop_sequence')
    assert.equal(stopped.stop_sequence, ' 10')
  })

  test('and counts tokens, lists models, gets structured output', async () => {
    const counted = await anthropic.messages.countTokens({
      model: 'model-a',
      messages: [user('x'.repeat(400))],
    })
    assert.equal(counted.input_tokens, 100)
    const listed = await anthropic.models.list()
    assert.deepEqual(
      listed.data.map((one) => one.id),
      ['model-a', 'model-b'],
    )
    const answer = await anthropic.messages.create({
      model: 'model-a',
      max_tokens: 99,
      messages: [user('the weather, please')],
      output_config: { format: { type: 'json_schema', schema: { ...weather } } },
    })
    const [block] = answer.content
    assert.ok(new Ajv().validate(weather, JSON.parse(block?.type === 'text' ? block.text : '')))
  })

  test('and sees the model that a server-side fallback put in', async () => {
    const body = { model: 'fault-server-side-fallback', max_tokens: 200, messages: [user('hello')] }
    const whole = await anthropic.beta.messages.create(body)
    const streamed = await anthropic.beta.messages.stream(body).finalMessage()
    for (const answer of [whole, streamed]) {
      assert.equal(answer.model, 'provider-other-model-2')
      const [block] = answer.content
      assert.ok(block?.type === 'fallback')
      assert.equal(block.to.model, 'provider-other-model-2')
      assert.equal(answer.usage.iterations?.at(-1)?.type, 'fallback_message')
    }
  })

  test('and gets its own classes of errors, also in the middle of a stream', async () => {
    const expected = [
      ['h01', Anthropic.NotFoundError],
      ['model-forbidden', Anthropic.PermissionDeniedError],
      ['s12', Anthropic.BadRequestError],
      ['s02', Anthropic.RateLimitError],
      ['overloaded', Anthropic.InternalServerError],
      ['bad-credential', Anthropic.AuthenticationError],
    ] as const
    for (const [fault, kind] of expected) {
      const asked = anthropic.messages.create({
        model: `fault-${fault}`,
        max_tokens: 9,
        messages: [user('hello')],
      })
      await assert.rejects(asked, (problem) => problem instanceof kind, fault)
    }
    const stream = anthropic.messages.stream({
      model: 'fault-h03',
      max_tokens: 99,
      messages: [user('hello')],
    })
    await assert.rejects(stream.finalMessage(), /Overloaded/)
  })
})
