export { vertexRequest } from './anthropic-messages/vertex-request.ts'
export type { VertexTarget } from './anthropic-messages/vertex-request.ts'
export { signRequest } from './bedrock-converse/sign-request.ts'
export type {
  BedrockCredential,
  RequestToSign,
  SigningOptions,
} from './bedrock-converse/sign-request.ts'
export { codecs } from './codecs.ts'
export { isList, isObject } from './body-fields.ts'
export {
  readEmbeddingsAnswer,
  readEmbeddingsError,
  readEmbeddingsRequest,
  writeEmbeddingsError,
  writeEmbeddingsRequest,
} from './embeddings/embeddings.ts'
export type { EmbeddingsAnswer, EmbeddingsRequest } from './embeddings/embeddings.ts'
export type {
  Answer,
  Carriage,
  ErrorClass,
  Feature,
  JsonObject,
  JsonValue,
  ModelRequest,
  Part,
  Protocol,
  Stop,
  StopReason,
  StreamEvent,
  Turn,
  UpstreamError,
  Usage,
} from './exchange.ts'
export { features } from './exchange.ts'
export { featuresOf } from './features-of.ts'
export { planTranslation } from './plan-translation.ts'
export type { TranslationPlan } from './plan-translation.ts'
export { ProtocolError } from './protocol-codec.ts'
export type {
  AnswerContext,
  CallerError,
  ProtocolCodec,
  StreamReader,
  StreamWriter,
  WriteOptions,
  WrittenAnswer,
  WrittenRequest,
} from './protocol-codec.ts'
export { SseScanner } from './sse-scanner.ts'
export type { SseEvent } from './sse-scanner.ts'
