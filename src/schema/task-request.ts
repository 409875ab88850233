import * as z from 'zod'

/**
 * What a task asks of a model, in no provider's protocol: a plain subset of the superset in src/protocols, small
 * enough to be written by hand. `qualification` makes a whole request of it.
 */

const JsonObject = z.record(z.string(), z.json())

const TextPart = z.strictObject({
  kind: z.literal('text').describe('Text'),
  text: z.string().describe('The text'),
})

const ImagePart = z.strictObject({
  kind: z.literal('image').describe('An image that stands in the task itself'),
  mediaType: z.string().describe('For instance `image/png`'),
  data: z.base64().describe('The bytes in base64'),
})

const ToolCallPart = z.strictObject({
  kind: z.literal('tool-call').describe('A call that the model made earlier'),
  id: z.string().describe('What its result refers to'),
  name: z.string().describe('Name of the tool'),
  arguments: z.string().describe('JSON text, as the model wrote it'),
})

const ToolResultPart = z.strictObject({
  kind: z.literal('tool-result').describe('What a tool answered'),
  id: z.string().describe('Id of the call it answers'),
  text: z.string().describe('What the tool said'),
  isError: z.boolean().optional().describe('True: the tool failed'),
})

export const TaskPart = z.discriminatedUnion('kind', [
  TextPart,
  ImagePart,
  ToolCallPart,
  ToolResultPart,
])
export type TaskPart = z.infer<typeof TaskPart>

export const TaskMessage = z.strictObject({
  role: z
    .enum(['user', 'assistant', 'system'])
    .describe('Who speaks; results of tools stand in a turn of the user'),
  content: z.union([z.string(), z.array(TaskPart)]).describe('A text, or parts'),
})
export type TaskMessage = z.infer<typeof TaskMessage>

export const TaskTool = z.strictObject({
  name: z.string().min(1).describe('Name of the tool'),
  description: z.string().optional().describe('What the tool is for'),
  parameters: JsonObject.describe('JSON Schema of the arguments'),
})
export type TaskTool = z.infer<typeof TaskTool>

export const TaskOutput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text').describe('Any text') }),
  z.strictObject({ kind: z.literal('json').describe('Any JSON') }),
  z.strictObject({
    kind: z.literal('json-schema').describe('JSON after a schema'),
    name: z.string().describe('Name of the schema'),
    schema: JsonObject.describe('The JSON Schema'),
  }),
])
export type TaskOutput = z.infer<typeof TaskOutput>

export const TaskParameters = z.strictObject({
  maxOutputTokens: z.int().positive().optional().describe('Longest answer'),
  temperature: z.number().min(0).max(2).optional().describe('Temperature'),
  topP: z.number().min(0).max(1).optional().describe('Nucleus sampling'),
  seed: z.int().optional().describe('Seed, where the provider knows one'),
  stop: z.array(z.string()).optional().describe('Texts that end the answer'),
  reasoningEffort: z.string().optional().describe('For instance `low`, as written'),
})
export type TaskParameters = z.infer<typeof TaskParameters>

export const TaskRequest = z.strictObject({
  system: z.string().optional().describe('Instruction that stands before the conversation'),
  messages: z.array(TaskMessage).describe('The conversation; the last turn is the one to answer'),
  tools: z.array(TaskTool).optional().describe('Tools that the model may call'),
  toolChoice: z
    .union([
      z.enum(['auto', 'none', 'required']),
      z.strictObject({ tool: z.string().describe('This tool and no other') }),
    ])
    .optional()
    .describe('Whether tools may or must be called'),
  output: TaskOutput.optional().describe('Form of the answer'),
  parameters: TaskParameters.optional().describe('How the model is to answer'),
})
export type TaskRequest = z.infer<typeof TaskRequest>
