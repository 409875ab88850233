import type { WriteOptions } from '../protocol-codec.ts'

/** Beginnings of names that are whole paths already. */
const pathStarts: readonly string[] = ['models/', 'tunedModels/', 'publishers/', 'projects/']

/** Where a request goes: the model stands in the path, and so does whether the answer streams. */
export function modelPath({ model, vertex }: WriteOptions, isStream: boolean): string {
  const method = isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'
  return vertex === undefined
    ? `/v1beta/${named(model, 'models/')}:${method}`
    : `/v1/${vertexName(model, vertex)}:${method}`
}

function vertexName(model: string, vertex: NonNullable<WriteOptions['vertex']>): string {
  const name = named(model, 'publishers/google/models/')
  if (name.startsWith('projects/')) return name
  const { project, location } = vertex
  return `projects/${encodeURIComponent(project)}/locations/${encodeURIComponent(location)}/${name}`
}

function named(model: string, start: string): string {
  const whole = pathStarts.some((one) => model.startsWith(one)) ? model : start + model
  return whole.split('/').map(encodeURIComponent).join('/')
}
