import type { Served } from '../wire.ts'
import { type Fault, fault } from './fault.ts'

/** The model that answers when nobody asked for it. */
export const otherModel = 'provider-other-model-2'

function named(served: Served, model: string | null): Served {
  return { ...served, model }
}

/** The model that answers is not, or not recognisably, the one that was asked. */
export const modelFaults: readonly Fault[] = [
  fault({
    id: 'lying-model',
    title: 'another model answers, and the answer says so',
    errorClass: 'mismatch',
    strikes: 'before-content',
    served: (served) => named(served, otherModel),
  }),
  fault({
    id: 'lying-model-later',
    title: 'another model takes over after 20 tokens, and the chunks say so',
    errorClass: 'mismatch',
    strikes: 'mid-content',
    protocols: ['openai-chat', 'openai-responses', 'gemini'],
    modes: ['stream'],
    served: (served) => ({
      ...served,
      laterModel: { model: otherModel, afterTokens: 20 },
    }),
  }),
  fault({
    id: 'dated-model',
    title: 'answers by the name of a dated snapshot of the same model',
    errorClass: 'none',
    strikes: 'before-content',
    protocols: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'],
    served: (served) => named(served, `${served.request.model}-2026-01-15`),
  }),
  fault({
    id: 'nameless-model',
    title: 'the answer names no model',
    errorClass: 'none',
    strikes: 'before-content',
    protocols: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'],
    served: (served) => named(served, null),
  }),
  fault({
    id: 'server-side-fallback',
    title:
      'hands over to another model by a `fallback` block; `message_start` keeps the first name',
    errorClass: 'mismatch',
    strikes: 'before-content',
    protocols: ['anthropic-messages'],
    answer: (answer, served) => ({
      ...answer,
      pieces: [
        { kind: 'model-fallback', from: served.request.model, to: otherModel },
        ...answer.pieces,
      ],
    }),
  }),
]
