import type { Mode, Protocol } from './protocol.ts'

export interface SampleRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A well-formed Authorization header, signed with nobody's key. */
const unverified = {
  'x-amz-date': '20260101T120000Z',
  authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
}

/** The same short conversation in every protocol, ready to be sent by hand. */
export function sampleRequest(
  protocol: Protocol,
  mode: Mode,
  model: string,
  prompt: string,
): SampleRequest {
  const isStream = mode === 'stream'
  const written = encodeURIComponent(model)
  const messages = [{ role: 'user', content: prompt }]
  switch (protocol) {
    case 'openai-chat':
      return sample('/v1/chat/completions', bearer, {
        model,
        messages,
        ...(isStream ? { stream: true, stream_options: { include_usage: true } } : {}),
      })
    case 'openai-responses':
      return sample('/v1/responses', bearer, {
        model,
        input: prompt,
        stream: isStream,
        include: ['reasoning.encrypted_content'],
      })
    case 'anthropic-messages':
      return sample(
        '/v1/messages',
        { 'x-api-key': 'key', 'anthropic-version': '2023-06-01' },
        { model, max_tokens: 4_000, messages, stream: isStream },
      )
    case 'gemini': {
      const verb = isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'
      const contents = [{ role: 'user', parts: [{ text: prompt }] }]
      return sample(`/v1beta/models/${written}:${verb}`, { 'x-goog-api-key': 'key' }, { contents })
    }
    case 'bedrock-converse': {
      const verb = isStream ? 'converse-stream' : 'converse'
      const blocks = [{ role: 'user', content: [{ text: prompt }] }]
      return sample(`/model/${written}/${verb}`, unverified, { messages: blocks })
    }
  }
}

const bearer = { authorization: 'Bearer key' }

function sample(
  path: string,
  headers: Readonly<Record<string, string>>,
  body: object,
): SampleRequest {
  return { path, headers, body: JSON.stringify(body) }
}
