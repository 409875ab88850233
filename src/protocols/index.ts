export { signRequest } from './bedrock-converse/sign-request.ts'
export type { BedrockCredential } from './bedrock-converse/sign-request.ts'
export { codecs } from './codecs.ts'
export { isList, isObject } from './body-fields.ts'
export {
  readEmbeddingsAnswer,
  readEmbeddingsRequest,
  writeEmbeddingsRequest,
} from './embeddings/embeddings.ts'
export { withdrawalTold } from './classify-error.ts'
export type { EmbeddingsRequest } from './embeddings/embeddings.ts'
export { hasLongNumber, parseExact } from './exact-json.ts'
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
  UsedModel,
} from './exchange.ts'
export { features } from './exchange.ts'
export { featuresOf } from './features-of.ts'
export { planTranslation } from './plan-translation.ts'
export { ProtocolError } from './protocol-codec.ts'
export type {
  AnswerContext,
  CallerError,
  ConversationCodec,
  ConversationReferences,
  ProtocolCodec,
  StreamReader,
  StreamWriter,
  WriteOptions,
} from './protocol-codec.ts'
