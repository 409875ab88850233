import type { JsonObject } from '../exchange.ts'
import type { WriteOptions, WrittenRequest } from '../protocol-codec.ts'

export interface VertexTarget extends Pick<WriteOptions, 'model'> {
  readonly vertex: NonNullable<WriteOptions['vertex']>
  /** A request to count tokens, which names its model in the body. */
  readonly isCount?: boolean
}

/**
 * The same request as Google's Vertex AI wants it: the model and whether the answer is streamed stand in the path, and
 * the version of the protocol in the body.
 */
export function vertexRequest(body: JsonObject, target: VertexTarget): WrittenRequest {
  const { model, vertex, isCount = false } = target
  const { model: _inBody, ...rest } = body
  const place = `projects/${encodeURIComponent(vertex.project)}/locations/${encodeURIComponent(vertex.location)}`
  const name = isCount ? 'count-tokens' : encodeURIComponent(model)
  const method = body['stream'] === true && !isCount ? 'streamRawPredict' : 'rawPredict'
  return {
    path: `/v1/${place}/publishers/anthropic/models/${name}:${method}`,
    headers: { 'content-type': 'application/json' },
    body: {
      anthropic_version: 'vertex-2023-10-16',
      ...(isCount ? { model } : {}),
      ...rest,
    },
  }
}
